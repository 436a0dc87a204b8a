/** From a page or a worker's options to the plan of what has to be done. All rules are the part's. */
import { type Fetch, text } from "./fetch";
import { type Diagnostic, Failed, type Kind, type Place, type Plan, all, failed } from "./kinds";
import { part } from "./part";

/** What the page has found, as it is written there (`findConfig` in web/host.ts). */
export interface Request {
  readonly language: Kind;
  readonly worker: boolean;
  /** Whether it is a worker's own, and not that of the page. */
  readonly own?: boolean;
  /** What addresses are relative to. */
  readonly page: string;
  readonly elements: readonly {
    src: string | null;
    type: string | null;
    text: string | null;
    /** Where the HTML parser has made elements of the text. */
    html: string | null;
    parser: string | null;
  }[];
  readonly attributes: readonly { value: string | null; parser: string | null }[];
  /** A configuration that was read already, in place of elements and attributes. */
  readonly value?: object;
  /** What addresses in a configuration outside of a file are relative to, where that is not the page. */
  readonly origin?: string;
  /** The interpreter's version, which wins over that of the configuration. */
  readonly version?: string;
  /** What messages call the place of a configuration that stands in no file. */
  readonly called?: string;
}

/** What code has asked for by the options of `PyWorker` and `MPWorker` (`requested` in web/core.ts). */
export interface Asked {
  readonly language: Kind;
  readonly worker: true;
  readonly page: string;
  readonly config?: object | string;
  readonly configURL?: string;
  readonly version?: string;
}

/** Options as the request that they are. */
const requestOf = ({ config = {}, configURL, version, ...rest }: Asked): Request => ({
  ...rest,
  own: true,
  elements: [],
  attributes: typeof config === "string" ? [{ value: config, parser: null }] : [],
  value: typeof config === "string" ? undefined : config,
  origin: configURL === undefined ? undefined : new URL(configURL, rest.page).href,
  version,
  called: "the worker's `config`",
});

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
  /** A line of it, counted from one, as a place. */
  place(line: number): Place | undefined;
  /** The same message with the line of the page instead of that of the text, where that can be told. */
  locate(diagnostic: Diagnostic): Promise<Diagnostic>;
}

/**
 * The text of the page, if the browser still has it: it is never requested a second time, because a page may do things
 * when it is asked for.
 */
const readPage = async (address: string): Promise<string | undefined> => {
  try {
    const response = await fetch(address.split("#")[0]!, { cache: "only-if-cached", mode: "same-origin" });
    return response.ok ? await response.text() : undefined;
  } catch {
    return undefined;
  }
};

/** Reads the configuration and plans what has to be done. */
export const read = async (base: string, fetch: Fetch, asked: Request | Asked): Promise<Read> => {
  const { value, ...request } = "elements" in asked ? asked : requestOf(asked);
  const { language, page, own, version, called } = request;
  let ask = await part(base, !value && mayBeToml(request) ? "config" : "config-json");
  const found: Found = value ? { source: "inline", format: "json", parser: null } : good(ask(request));
  const { format, address, parser } = found;
  const origin = address === undefined ? (request.origin ?? page) : new URL(address, page).href;
  const content = address === undefined ? (found.text ?? "") : await text(fetch, origin, address);
  const file = address ?? called ?? (new URL(page).pathname.replace(/.*\//, "") || "index.html");
  const known = value ?? (parser ? await parse(new URL(parser, page).href, content) : undefined);
  const lines = content.split("\n");
  const place = (line: number) => (line > 0 && !value ? { file, line, source: lines[line - 1] ?? null } : undefined);
  let first: Promise<number | null> | undefined;
  /** The line of the page on which the text begins. */
  const begin = async (): Promise<number | null> => {
    const text = await readPage(page);
    return text === undefined ? null : ask({ page: text, language, text: content }).line;
  };
  const locate = async (diagnostic: Diagnostic): Promise<Diagnostic> => {
    const { place } = diagnostic;
    // In a file, and in text that code has given, lines count from the text's own beginning.
    if (!place?.line || address !== undefined || called) return diagnostic;
    const line = await (first ??= begin());
    return { ...diagnostic, place: { ...place, line: line && line + place.line - 1 } };
  };
  const descriptions: { address: string; text: string }[] = [];
  for (;;) {
    const toml = known === undefined && format === "toml";
    if (toml || descriptions.some(({ address }) => /\.toml\b/i.test(address))) ask = await part(base, "config");
    const said = known === undefined ? { text: content } : { value: known };
    const where = { base: origin, address, file, line: 1 };
    const answer: Plan = ask({ language, worker: !!own, version, ...said, format, ...where, descriptions });
    const plan = good({ ...answer, diagnostics: await Promise.all(answer.diagnostics.map(locate)) });
    if (!plan.needs.length) return { plan, origin, place, locate };
    const fetched = plan.needs.map(async (address) => ({ address, text: await text(fetch, address) }));
    descriptions.push(...(await all(fetched)));
  }
};
