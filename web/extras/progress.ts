/** `<py-progress>`: how far the interpreters of a page are, for eyes and for screen readers. */
import { base } from "../base";
import type { Parts } from "../parts";

/** Files that take longest, with their bytes: `cargo xtask dist` fills this in. */
declare const SIZES: Record<string, number>;

/** What is being loaded, and when it is over. */
const KINDS = ["py", "mpy"] as const;

const STYLE = `
:host{display:block;font:0.9rem/1.4 system-ui,sans-serif;color:CanvasText;max-width:32rem}
:host([hidden]){display:none}
[role=progressbar]{height:.5rem;border-radius:.25rem;background:color-mix(in srgb,CanvasText 18%,Canvas);overflow:hidden}
[role=progressbar]>div{height:100%;width:0;background:var(--py-progress-color,#3572a5);transition:width .2s}
@media (prefers-color-scheme:dark){[role=progressbar]>div{background:var(--py-progress-color,#6ea8dc)}}
@media (prefers-reduced-motion:reduce){[role=progressbar]>div{transition:none}}
@media (forced-colors:active){[role=progressbar]{border:1px solid CanvasText}[role=progressbar]>div{background:Highlight}}
p{margin:.3rem 0 0;overflow-wrap:anywhere}`;

const megabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** How many bytes of the interpreters' files have come, out of how many. */
const measure = (folders: ReadonlySet<string>): [done: number, all: number] => {
  const wanted = Object.entries(SIZES).filter(([path]) => folders.has(path.split("/")[0]!));
  const come = new Set(performance.getEntriesByType("resource").map(({ name }) => name.split("?")[0]));
  const sum = (files: [string, number][]) => files.reduce((total, [, bytes]) => total + bytes, 0);
  return [sum(wanted.filter(([path]) => come.has(base + path))), sum(wanted)];
};

/** Shows in an element what the interpreters of its page do until they are ready. */
export const adopt = (parts: Parts, element: HTMLElement): void => {
  const root = element.shadowRoot ?? element.attachShadow({ mode: "open" });
  const label = element.getAttribute("label") ?? "Loading Python";
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(STYLE);
  // Styles that no content security policy forbids.
  root.adoptedStyleSheets = [sheet];
  root.innerHTML = `<div role="progressbar" aria-valuemin="0" aria-valuemax="100"><div></div></div><p aria-hidden="true"></p>`;
  const bar = root.querySelector<HTMLElement>("[role=progressbar]")!;
  const fill = bar.firstElementChild as HTMLElement;
  const text = root.querySelector("p")!;
  bar.setAttribute("aria-label", label);
  const folders = new Set<string>();
  for (const kind of KINDS) {
    const scripts = `script[type=${kind}],${kind}-script`;
    if (document.querySelector(scripts)) folders.add(kind === "py" ? "pyodide" : "micropython");
  }
  let step = label;
  let most = 0;
  const show = () => {
    const [done, all] = measure(folders);
    // A bar that goes back is a lie about what has come.
    most = Math.max(most, all ? Math.min(100, Math.round((100 * done) / all)) : 0);
    const bytes = all ? `, ${megabytes(done)} of ${megabytes(all)}` : "";
    bar.setAttribute("aria-valuenow", String(most));
    bar.setAttribute("aria-valuetext", step + bytes);
    fill.style.width = `${most}%`;
    text.textContent = step + bytes;
  };
  const heard = (event: Event) => {
    const { detail } = event as CustomEvent<unknown>;
    element.hidden = false;
    if (typeof detail === "string") step = detail;
    show();
  };
  const watching = new PerformanceObserver(show);
  watching.observe({ type: "resource" });
  const names = KINDS.map((kind) => `${kind}:progress`);
  for (const name of names) addEventListener(name, heard);
  const end = () => {
    watching.disconnect();
    for (const name of names) removeEventListener(name, heard);
    for (const name of ENDS) removeEventListener(name, end);
    element.hidden = true;
  };
  // The first script that runs, or nothing to wait for.
  const ENDS = ["py:ready", "mpy:ready", "py:all-done"];
  for (const name of ENDS) addEventListener(name, end);
  show();
  // What has begun already is not worth a bar, and nothing may begin at all.
  const { py, mpy } = parts.lanes;
  if (py.given || mpy.given) end();
  else element.hidden = !folders.size;
};
