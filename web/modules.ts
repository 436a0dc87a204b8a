/** JavaScript modules that live on the page: imported here, also for Python in workers (`js_modules.main`). */

/** The name under which a worker asks its page for one. */
export const IMPORT = "__pyrite_import__";

/** Adds a style sheet to the page, once. */
export const style = (address: string): void => {
  if ([...document.querySelectorAll<HTMLLinkElement>("link[rel=stylesheet]")].some(({ href }) => href === address)) return;
  const link = document.createElement("link");
  link.rel = "stylesheet";
  link.href = address;
  document.head.append(link);
};

/** What to say about a module that does not load for another reason than its address. */
export const unloaded = (source: string, name: string, error: unknown): [message: string, hint: string] => [
  `The JavaScript module ${name} could not be loaded from ${source}: ${(error as Error).message}`,
  "its code or one of its own imports is at fault; open the address in the browser to see it",
];

/** The module, or why there is none: MicroPython cannot catch what JavaScript throws. Nothing for a style sheet. */
export const importForWorker = async (source: string, name: string, css?: boolean): Promise<unknown> => {
  if (css) return style(source);
  try {
    return await import(source);
  } catch (error) {
    // The browser does not say whether it was the address or the code; asking for the file tells.
    const answer = await fetch(source).catch((cause: Error) => ({ ok: false, status: cause.message }));
    if (answer.ok) return `(PY3103): ${unloaded(source, name, error).join("\nhint: ")}`;
    return `(PY3103): The JavaScript module ${name} could not be fetched from ${source}: ${answer.status}`;
  }
};
