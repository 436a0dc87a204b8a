/** A failure whose words are known, as the runtime reports it (crates/core/src/facts.rs). */
export type Facts = string;

export const failure = (code: string, message: string, hint: string, detail = ""): Facts =>
  [code, hint, "", "", detail, `(${code}): ${message}`].join("\0");
