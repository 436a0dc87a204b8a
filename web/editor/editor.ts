/** Editors: a chunk (`editor.js`) for pages with `<script type="py-editor">` or `mpy-editor`. */
import { findTarget, makeOutput, setProperty } from "../host";
import css from "./editor.css";
import { type Client, environment } from "./environment";
import { type Field, makeField } from "./text";

const RUN = '<svg width="18" height="18" viewBox="0 0 20 20" fill="currentColor" aria-hidden="true"><path d="M5 3.5v13l11-6.5z"/></svg>';
const STOP = '<svg width="18" height="18" viewBox="0 0 20 20" fill="currentColor" aria-hidden="true"><path d="M4.5 4.5h11v11h-11z"/></svg>';
const ROW = 18.5;

export * from "./modules";

type Handler = (event: Event & { code: string }) => unknown;

/** What pages see of an editor's script. */
interface EditorScript extends HTMLScriptElement {
  handleEvent: Handler | null;
}

let count = 0;
let sheet: CSSStyleSheet | undefined;

const addStyles = (root: Document | ShadowRoot): void => {
  if (!sheet) {
    sheet = new CSSStyleSheet();
    sheet.replaceSync(css);
  }
  if (!root.adoptedStyleSheets.includes(sheet)) root.adoptedStyleSheets.push(sheet);
};

/** Takes away the indentation of the first line that is not blank. */
const dedent = (text: string): string => {
  const indent = /^[ \t]*(?=\S)/m.exec(text)?.[0] ?? "";
  return text.split("\n").map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line)).join("\n").trim();
};

const make = (tag: string, className: string, parent: Element): HTMLElement => {
  const element = document.createElement(tag);
  element.className = className;
  parent.append(element);
  return element;
};

const codeOf = async (script: HTMLScriptElement): Promise<string> => {
  const src = script.getAttribute("src");
  if (!src) return dedent(script.textContent!);
  const answer = await fetch(src).catch((error: Error) => ({ ok: false as const, status: error.message }));
  if (!answer.ok) throw new Error(`Invalid source: ${src} (${answer.status})`);
  return (await answer.text()).trimEnd();
};

const WAITING = "script[type=py-editor],script[type=mpy-editor]";

/** Takes on a script, and before it those that stand before it: we may be asked in any order, and editors depend on each other. */
export const adopt = (_: unknown, script: HTMLScriptElement): void => {
  const all = [...(script.getRootNode() as ParentNode).querySelectorAll<HTMLScriptElement>(WAITING)];
  for (const one of all.slice(0, all.indexOf(script) + 1)) begin(one);
};

/** Whatever is wrong with a script stays with it: the others go on. */
const begin = (script: HTMLScriptElement): void => {
  const kind = /^mpy/i.test(script.type) ? "mpy" : "py";
  script.type += "-active";
  build(kind, script as EditorScript).catch((error: Error) => {
    console.error(error);
    const box = makeOutput(script, `${kind}-editor`);
    box.setAttribute("role", "alert");
    addStyles(box.getRootNode() as Document);
    make("div", `${kind}-editor-output ${kind}-editor-error`, make("div", `${kind}-editor-box`, box)).textContent = String(error);
  });
};

const build = async (kind: "py" | "mpy", script: EditorScript): Promise<void> => {
  const has = (name: string) => script.hasAttribute(name);
  const get = (name: string) => script.getAttribute(name) || undefined;
  const env = environment(kind, script.getAttribute("env"));
  if (has("config")) {
    if (!has("env-override")) {
      if (env.isConfigured) throw new SyntaxError(`duplicated config for env: ${env.name}`);
      if (env.worker) throw new SyntaxError(`unable to add a config to the env: ${env.name}`);
    }
    env.isConfigured = true;
    env.settings = { ...env.settings, config: get("config") };
  }
  if (has("service-worker")) env.settings = { ...env.settings, serviceWorker: get("service-worker") };
  setProperty(script, "xworker", undefined);
  Object.defineProperty(script, "xworker", { configurable: true, get: () => env.worker });

  const silent: Client = {
    id: `${kind}-editor-silent-${count}`,
    output: null,
    write: (text, isError) => console[isError ? "error" : "log"](text.trimEnd()),
  };
  if (has("setup")) {
    const code = await codeOf(script);
    const ending = env.run(code, silent);
    env.setups.push([code, silent]);
    const end = await ending;
    if (end.error) throw new Error(end.error);
    return;
  }

  const number = count;
  count += 2;
  const text = await codeOf(script);
  const target = get("target");
  const place = target && findTarget(script, target);
  if (target && !place) throw new Error(`Unknown target ${target}`);
  const host = (place ?? makeOutput(script, `${kind}-editor`)) as HTMLElement;
  if (!host.id) host.id = `${kind}-editor-${number}`;
  // As PyScript has them, for styles and scripts that look for them.
  if (!host.hasAttribute("root")) host.setAttribute("root", host.id);
  if (!host.hasAttribute("exec-id")) host.setAttribute("exec-id", "0");
  addStyles(host.getRootNode() as Document);
  setProperty(script, "target", host);
  const box = make("div", `${kind}-editor-box`, host);
  box.dataset.env = env.name;
  const input = make("div", `${kind}-editor-input`, box);
  input.setAttribute("role", "group");
  input.setAttribute("aria-label", "Python Script Area");
  const button = make("button", `absolute ${kind}-editor-run-button`, input) as HTMLButtonElement;
  button.type = "button";
  const status = make("div", `${kind}-editor-status`, input);
  status.setAttribute("role", "status");
  const named = get("output");
  const output = (named && (findTarget(script, named) as HTMLElement)) || make("div", `${kind}-editor-output`, box);
  if (!output.id) output.id = `${kind}-editor-${number + 1}-output`;
  output.setAttribute("role", "log");
  output.setAttribute("aria-label", "Output");

  let isRunning = false;
  let handler: Handler | null = null;
  const show = () => {
    button.classList.toggle("running", isRunning);
    button.innerHTML = isRunning ? get("data-stop") ?? STOP : get("data-run") ?? RUN;
    const label = isRunning ? "Python Script Stop Button" : "Python Script Run Button";
    button.setAttribute("aria-label", label);
    button.title = isRunning ? "Stop" : "Run (Shift+Enter)";
  };
  show();

  const client: Client = {
    id: `${kind}-editor-${number}`,
    output,
    write(text, isError) {
      const last = output.lastChild;
      const name = `${kind}-editor-error`;
      // Lines that come one after the other are one text.
      if (isError) (last instanceof HTMLElement && last.className === name ? last : make("span", name, output)).append(text);
      else if (last instanceof Text) last.appendData(text);
      else output.append(text);
    },
  };

  const fire = (name: string) => script.dispatchEvent(new CustomEvent(name, { bubbles: true, cancelable: name.endsWith("done") }));
  const run = async (): Promise<void> => {
    isRunning = true;
    output.replaceChildren();
    field.mark();
    show();
    status.textContent = "Running";
    const before = get("onbeforerun");
    const early = before ? await env.run(before, client) : {};
    const end = early.error || early.isStopped ? early : await env.run(field.code, client);
    isRunning = false;
    show();
    const stopped = end.isStopped || /^KeyboardInterrupt/m.test(end.error ?? "");
    if (end.isStopped) client.write("Stopped; what was defined before is gone.\n", true);
    else if (end.error && !output.textContent!.includes(end.error.trim().split("\n").pop()!)) client.write(end.error, true);
    const lines = [...(end.error ?? "").matchAll(/File "<(?:editor|stdin)>", line (\d+)/g)];
    const line = lines.length ? Number(lines.at(-1)![1]) : undefined;
    const message = end.error?.trim().split("\n").pop() ?? "";
    if (line && !stopped) field.mark(line, message);
    status.textContent = stopped ? "Stopped" : end.error ? `Error${line ? ` in line ${line}` : ""}: ${message}` : "Done";
    fire("py-editor:done");
    if (kind === "mpy") fire("mpy-editor:done");
  };
  const press = async (event: Event): Promise<void> => {
    if (isRunning) {
      status.textContent = "Stopping";
      return env.stop();
    }
    if (handler) {
      Object.defineProperty(event, "code", { value: field.code, configurable: true });
      if ((await handler.call(script, event as Event & { code: string })) === false) return;
    }
    return run();
  };
  button.addEventListener("click", (event) => void press(event));

  const field: Field = makeField(make("div", "", input), text, "Python code; press Escape, then Tab to leave it", (event) => void (isRunning || press(event)));
  const rows = Number(get("rows"));
  if (rows) field.view.scrollDOM.style.maxHeight = `${Math.max(3, rows) * ROW}px`;
  Object.defineProperty(script, "code", { configurable: true, get: () => field.code, set: (code: string) => (field.code = code) });
  Object.defineProperty(script, "handleEvent", { configurable: true, get: () => handler, set: (value: Handler | null) => (handler = value) });
  setProperty(script, "process", async (code: string, asRunButton = false) => {
    if (asRunButton) {
      field.code = code;
      return press(new Event("run"));
    }
    await env.run(code, silent);
  });
  fire(`${kind}-editor`);
};
