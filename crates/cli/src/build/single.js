/* Everything that the page would load stands in FILES and MODULES, by its place beside the page. */
(() => {
  const at = (map) => new Map(Object.entries(map).map(([path, value]) => [new URL(path, document.baseURI).href, value]));
  const files = at(FILES);
  const modules = at(MODULES);
  const plain = (address) => new URL(address, document.baseURI).href.split(/[?#]/)[0];
  const data = ([type, base64]) => `data:${type};base64,${base64}`;
  const script = (source) => `data:text/javascript;base64,${source}`;

  const unpacked = async ([, base64, packed]) => {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    const body = packed ? new Response(bytes).body.pipeThrough(new DecompressionStream("gzip")) : bytes;
    return new Response(body).arrayBuffer();
  };

  const { fetch } = globalThis;
  globalThis.fetch = async (what, options) => {
    const file = files.get(plain(what instanceof Request ? what.url : what));
    if (!file) return fetch.call(globalThis, what, options);
    return new Response(await unpacked(file), { headers: { "content-type": file[0] } });
  };

  const { open, send } = XMLHttpRequest.prototype;
  const waiting = new WeakMap();
  XMLHttpRequest.prototype.open = function (method, address, ...rest) {
    const file = files.get(plain(address));
    // Unpacking takes a moment, which only those have that need not answer at once.
    waiting.set(this, file?.[2] && rest[0] !== false && (() => unpacked(file).then((bytes) => {
      open.call(this, method, URL.createObjectURL(new Blob([bytes], { type: file[0] })), ...rest);
    })));
    return open.call(this, method, file && !file[2] ? data(file) : address, ...rest);
  };
  XMLHttpRequest.prototype.send = function (body) {
    const ready = waiting.get(this);
    if (!ready) return send.call(this, body);
    ready().then(() => send.call(this, body));
  };

  // Hints would ask for the files themselves.
  const { set } = Object.getOwnPropertyDescriptor(HTMLLinkElement.prototype, "href");
  Object.defineProperty(HTMLLinkElement.prototype, "href", {
    ...Object.getOwnPropertyDescriptor(HTMLLinkElement.prototype, "href"),
    set(address) {
      const known = plain(address);
      if (files.has(known) || modules.has(known)) this.rel = "x-inside";
      set.call(this, address);
    },
  });

  const named = ([address, [source, key]]) => [address, `${address}?v=${key}`].map((name) => [name, script(source)]);
  const imports = Object.fromEntries([...modules].flatMap(named));
  imports["@pyscript/core"] = imports[new URL("./pyrite/core.js", document.baseURI).href];
  const map = document.createElement("script");
  map.type = "importmap";
  map.textContent = JSON.stringify({ imports });
  document.currentScript.after(map);
})();
