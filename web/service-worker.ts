/**
 * Pyrite's service worker: lets Python in a worker wait for its page on hosts without isolation headers.
 *
 * The worker asks for an address with `?pyrite-wait=LINE-QUESTION` and stands still until this answers, which it does when
 * the page has sent the answer. All other requests go their way as if it was not there.
 */
interface Waiting { readonly question: number; answer?: ArrayBuffer; give?: (response: Response) => void }
interface Claim { waitUntil(promise: Promise<unknown>): void }
interface Asked { readonly request: Request; respondWith(response: Response | Promise<Response>): void }

const scope = globalThis as any;
/** By the name of the bridge: who waits, or what has come before somebody waits for it. */
const lines = new Map<string, Waiting>();
const response = (answer?: ArrayBuffer) =>
  new Response(answer, { headers: { "x-pyrite": "1", "cache-control": "no-store", "cross-origin-resource-policy": "cross-origin" } });

scope.addEventListener("install", () => scope.skipWaiting());
scope.addEventListener("activate", (event: Claim) => event.waitUntil(scope.clients.claim()));

scope.addEventListener("message", (event: MessageEvent & Claim) => {
  const { data, ports } = event;
  if (data === "pyrite-claim") return event.waitUntil(scope.clients.claim().then(() => ports[0]?.postMessage(0)));
  if (data?.[0] !== "pyrite-answer") return;
  const [, line, question, answer] = data as [string, string, number, ArrayBuffer];
  const waiting = lines.get(line);
  if (waiting && waiting.question > question) return;
  if (waiting?.give && waiting.question === question) {
    lines.delete(line);
    waiting.give(response(answer));
  } else lines.set(line, { question, answer });
});

scope.addEventListener("fetch", (event: Asked) => {
  const key = new URL(event.request.url).searchParams.get("pyrite-wait");
  if (key === null) return;
  const [line = "", number] = key.split("-");
  const question = Number(number);
  const come = lines.get(line);
  // Number 0 asks only whether anybody is here.
  if (!question) event.respondWith(response());
  else if (come?.answer && come.question === question) {
    lines.delete(line);
    event.respondWith(response(come.answer));
  } else event.respondWith(new Promise((give) => lines.set(line, { question, give })));
});
