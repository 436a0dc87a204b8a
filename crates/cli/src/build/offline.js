/* Keeps the pages for use without a network. VERSION, FILES and ISOLATED stand in front of this. */
const PREFIX = `pyrite-offline ${registration.scope} `;
const known = new Set(FILES.map(([path]) => new URL(path, registration.scope).href));

const keep = async (cache, [path, integrity]) => {
  const address = new URL(path, registration.scope).href;
  if (await cache.match(address)) return;
  // What has its hash in its name is the same in the version before.
  const before = /(^|\/)pyrite-[0-9a-f]{10}\//.test(path) && (await caches.match(address));
  const response = before || (await fetch(address, { cache: "reload", ...(integrity && { integrity }) }));
  if (!response.ok) throw new Error(`${address}: ${response.status}`);
  await cache.put(address, response);
};

addEventListener("install", (event) => {
  const install = async () => {
    const cache = await caches.open(PREFIX + VERSION);
    const open = [...FILES];
    const one = async () => {
      for (let file; (file = open.pop()); ) await keep(cache, file);
    };
    await Promise.all(Array.from({ length: 6 }, one));
  };
  event.waitUntil(install());
});

addEventListener("activate", (event) => {
  const activate = async () => {
    // A page that is still open may ask for the version before.
    const names = (await caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== PREFIX + VERSION);
    for (const name of names.slice(0, -1)) await caches.delete(name);
    await clients.claim();
  };
  event.waitUntil(activate());
});

/** The same answer, with the headers under which pages share memory with their workers. */
const dressed = (response) => {
  if (!response || !ISOLATED || response.type === "opaque" || response.type === "opaqueredirect" || response.status < 200) return response;
  const headers = new Headers(response.headers);
  headers.set("cross-origin-opener-policy", "same-origin");
  headers.set("cross-origin-embedder-policy", "require-corp");
  headers.set("cross-origin-resource-policy", "cross-origin");
  const { status, statusText } = response;
  return new Response([204, 205, 304].includes(status) ? null : response.body, { status, statusText, headers });
};

/** The address under which the file is kept that a request means. */
const meant = (request) => {
  const { origin, pathname } = new URL(request.url);
  const address = origin + pathname;
  const isPage = request.mode === "navigate";
  const all = [address, ...(address.endsWith("/") ? [address + "index.html"] : isPage ? [address + ".html"] : [])];
  return all.find((one) => known.has(one));
};

const answer = async (request, address) => {
  const isPage = request.mode === "navigate";
  if (isPage && registration.waiting && (await clients.matchAll({ type: "window" })).length < 2) {
    // Nobody else has this site open: the new version begins here.
    registration.waiting.postMessage("pyrite-update");
    return new Response("", { headers: { refresh: "0" } });
  }
  const cache = await caches.open(PREFIX + VERSION);
  const kept = address && (await cache.match(address));
  if (kept) return dressed(kept.redirected ? new Response(kept.body, kept) : kept);
  if (isPage && known.has(`${request.url.split(/[?#]/)[0]}/index.html`)) return Response.redirect(`${request.url.split(/[?#]/)[0]}/`);
  try {
    return dressed(await fetch(request));
  } catch (error) {
    const before = await caches.match(request, { ignoreSearch: true });
    if (before) return dressed(before);
    throw error;
  }
};

addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.method !== "GET" || request.headers.has("range")) return;
  if (!request.url.startsWith(registration.scope)) return;
  const address = meant(request);
  if (address || ISOLATED || request.mode === "navigate") event.respondWith(answer(request, address));
});

addEventListener("message", ({ data }) => {
  if (data === "pyrite-update") skipWaiting();
});
