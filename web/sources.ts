/** The Python package as text, for Pyodides whose Python is another than that which it is compiled for (`sources.js`). */
import sources from "pyrite-package/py.sources.json";

const encoder = new TextEncoder();

/** By path, with a character for each byte. */
export const files: Record<string, string> = {};
for (const [path, text] of Object.entries(sources as Record<string, string>))
  files[path] = Array.from(encoder.encode(text), (byte) => String.fromCharCode(byte)).join("");
