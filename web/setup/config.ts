/** From a page or a worker's options to the plan of what has to be done. All rules are the part's. */
import { type Fetch, text } from "./fetch";
import { type Diagnostic, Failed, type Kind, type Plan, all, failed } from "./kinds";
import { part } from "./part";

/** What the page has found, as it is written there (`findConfig` in web/host.ts). */
export interface Request {
  readonly language: Kind;
  readonly worker: boolean;
  /** What addresses are relative to. */
  readonly page: string;
  readonly elements: readonly { src: string | null; type: string | null; text: string | null; parser: string | null }[];
  readonly attributes: readonly { value: string | null; parser: string | null }[];
  /** A configuration that was read already, in place of elements and attributes. */
  readonly value?: object;
}

/** What the part answers when asked where the configuration is. */
interface Found {
  readonly diagnostics?: readonly Diagnostic[];
  readonly source: "none" | "inline" | "file";
  readonly format: "toml" | "json";
  readonly text?: string;
  readonly address?: string;
  readonly parser: string | null;
}

/** Whether the larger part, the one that reads TOML too, is likely to be needed. */
const mayBeToml = ({ elements, attributes }: Request): boolean =>
  [...elements.map(({ src, text }) => src ?? text), ...attributes.map(({ value }) => value)].some(
    (value) => !/^\s*\{[^]*\}\s*$|\.json(\?[^\s]*)?\s*$/.test(value ?? ""),
  );

/** The answer of a part, if it is not a failure. */
const good = <T extends { readonly diagnostics?: readonly Diagnostic[] }>(answer: T): T => {
  if (answer.diagnostics?.some(({ severity }) => severity === "error")) throw new Failed(answer.diagnostics);
  return answer;
};

/** What an author's own parser makes of a text. */
const parse = async (parser: string, content: string): Promise<unknown> => {
  const module = await import(parser).catch((error) => {
    throw failed("PY1000", `The config-parser ${parser} could not be loaded: ${error.message}`, "check its address");
  });
  try {
    return await (module.parse ?? module.default)(content);
  } catch (error) {
    const hint = "a config-parser is a module whose `parse` or default export takes the text and gives an object";
    throw failed("PY1000", `The config-parser ${parser} failed: ${(error as Error).message}`, hint);
  }
};

/** Where the configuration was read from. */
export interface Read {
  readonly plan: Plan;
  /** What addresses in it are relative to. */
  readonly origin: string;
  /** The file it stands in, for messages. */
  readonly file: string;
  /** Its lines, for messages. */
  readonly lines: readonly string[];
}

/** Reads the configuration and plans what has to be done. */
export const read = async (base: string, fetch: Fetch, { value, ...request }: Request): Promise<Read> => {
  const { language, worker, page } = request;
  let ask = await part(base, !value && mayBeToml(request) ? "config" : "config-json");
  const found: Found = value ? { source: "inline", format: "json", parser: null } : good(ask(request));
  const { format, address, parser } = found;
  const origin = address === undefined ? page : new URL(address, page).href;
  const content = address === undefined ? (found.text ?? "") : await text(fetch, origin, address);
  const file = address ?? (new URL(page).pathname.replace(/.*\//, "") || "index.html");
  const known = value ?? (parser ? await parse(new URL(parser, page).href, content) : undefined);
  const descriptions: { address: string; text: string }[] = [];
  for (;;) {
    const toml = known === undefined && format === "toml";
    if (toml || descriptions.some(({ address }) => /\.toml\b/i.test(address))) ask = await part(base, "config");
    const said = known === undefined ? { text: content } : { value: known };
    const plan: Plan = good(ask({ language, worker, ...said, format, base: origin, address, file, descriptions }));
    if (!plan.needs.length) return { plan, origin, file, lines: content.split("\n") };
    const fetched = plan.needs.map(async (address) => ({ address, text: await text(fetch, address) }));
    descriptions.push(...(await all(fetched)));
  }
};
