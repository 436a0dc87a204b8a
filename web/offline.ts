/**
 * Pages that work without a network, a chunk (`offline.js`) for those that ask for it: `offline="service-worker.js"` on
 * the script that loads `core.js`.
 */
import { base, keyed } from "./base";

/** What Pyodide loads after all else, or only when it is needed. */
const LATER = ["python_stdlib_compiled.zip", "python_stdlib_rest.bin"].map((name) => keyed(`${base}pyodide/${name}`));

/** What this page has loaded so far, and itself. */
const loaded = (): string[] => {
  const own = performance.getEntriesByType("resource").map(({ name }) => name);
  if (own.some((name) => name.includes("pyodide.mjs"))) own.push(...LATER);
  return [location.href.split("#")[0]!, ...own.filter((name) => name.startsWith(base) || new URL(name).origin === location.origin)];
};

/** Has the service worker at `address` keep what this page needs. */
export const keep = async (address: string): Promise<void> => {
  try {
    if (!navigator.serviceWorker) throw new Error("this address is not secure, so the browser allows no service worker");
    const scope = new URL("./", document.baseURI).href;
    const url = new URL(address, document.baseURI);
    const before = await navigator.serviceWorker.getRegistration(scope);
    const other = before?.scope === scope && (before.active ?? before.waiting ?? before.installing)?.scriptURL;
    if (other && other.split("?")[0] !== url.href) throw new Error(`the site has a service worker of its own, ${other}`);
    url.searchParams.set("offline", base);
    await navigator.serviceWorker.register(url, { scope });
    const { active } = await navigator.serviceWorker.ready;
    active!.postMessage(["pyrite-keep", loaded()]);
  } catch (error: any) {
    console.warn(`Pyrite: this page will not work offline: ${error?.message ?? error}`);
  }
};
