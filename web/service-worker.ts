/**
 * Pyrite's service worker: lets Python in a worker wait for its page on hosts without isolation headers.
 *
 * The worker asks for an address with `?pyrite-wait=LINE-QUESTION` and stands still until this answers, which it does when
 * the page has sent the answer. All other requests go their way as if it was not there, unless the page asks to work
 * offline (web/offline.ts).
 */
interface Waiting { readonly question: number; answer?: ArrayBuffer; give?: (response: Response) => void }
interface Claim { waitUntil(promise: Promise<unknown>): void }
interface Asked extends Claim { readonly request: Request; respondWith(response: Response | Promise<Response>): void }

const scope = globalThis as any;
/** After how many milliseconds a worker asks again: an answer may have gone to a service worker that was being ended. */
const PATIENCE = 5000;
/** By the name of the bridge: who waits, or what has come before somebody waits for it. */
const lines = new Map<string, Waiting>();
const response = (answer?: ArrayBuffer, what = "answer") =>
  new Response(answer, { headers: { "x-pyrite": what, "cache-control": "no-store", "cross-origin-resource-policy": "cross-origin" } });

/** The folder of the distribution, when pages are kept. */
const home = new URL(scope.location.href).searchParams.get("offline");
const kept = () => caches.open("pyrite-offline");

/** Keeps an answer in the place of those that had another key in their address. */
const put = async (request: Request, answer: Response) => {
  if (!answer.ok || answer.redirected) return;
  const cache = await kept();
  const [path] = request.url.split("?");
  if (home && request.url.startsWith(home))
    for (const old of await cache.keys(request, { ignoreSearch: true })) if (old.url.split("?")[0] === path && old.url !== request.url) await cache.delete(old);
  await cache.put(request, answer);
};

/** The network's answer, or what was kept of it. Files of the distribution that are kept wait for no network. */
const keeping = async ({ request, waitUntil }: Asked): Promise<Response> => {
  const cache = await kept();
  const found = await cache.match(request, { ignoreVary: true });
  const isOurs = request.url.startsWith(home!);
  if (found && isOurs && /[?&]v=/.test(request.url)) return found;
  const asking = fetch(request).then((answer) => {
    const stored = put(request, answer.clone()).catch(() => {});
    waitUntil(stored);
    return answer;
  });
  if (found && isOurs) {
    waitUntil(asking.catch(() => {}));
    return found;
  }
  return asking.catch((error) => {
    if (found) return found;
    throw error;
  });
};

scope.addEventListener("install", () => scope.skipWaiting());
scope.addEventListener("activate", (event: Claim) => event.waitUntil(scope.clients.claim()));

scope.addEventListener("message", (event: MessageEvent & Claim) => {
  const { data, ports } = event;
  if (data === "pyrite-claim") return event.waitUntil(scope.clients.claim().then(() => ports[0]?.postMessage(0)));
  if (data?.[0] === "pyrite-keep")
    return event.waitUntil(
      Promise.allSettled(
        (data[1] as string[]).map(async (url) => {
          const request = new Request(url);
          if (!(await (await kept()).match(request, { ignoreVary: true }))) await put(request, await fetch(request));
        }),
      ),
    );
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
  if (key === null) {
    const { method, headers, url } = event.request;
    const waitUntil = (promise: Promise<unknown>) => event.waitUntil(promise);
    if (home && method === "GET" && !headers.has("range") && /^https?:/.test(url))
      event.respondWith(keeping({ request: event.request, waitUntil, respondWith: () => {} }));
    return;
  }
  const [line = "", number] = key.split("-");
  const question = Number(number);
  const come = lines.get(line);
  // Number 0 asks only whether anybody is here.
  if (!question) event.respondWith(response());
  else if (come?.answer && come.question === question) {
    lines.delete(line);
    event.respondWith(response(come.answer));
  } else
    event.respondWith(
      new Promise((give) => {
        const waiting = { question, give };
        lines.set(line, waiting);
        setTimeout(() => {
          if (lines.get(line) === waiting) lines.delete(line);
          give(response(undefined, "later"));
        }, PATIENCE);
      }),
    );
});
