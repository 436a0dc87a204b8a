/* Everything that the page would load stands in FILES and MODULES, by its place beside the page. */
(() => {
  const at = (map) => new Map(Object.entries(map).map(([path, value]) => [new URL(path, document.baseURI).href, value]));
  const files = at(FILES);
  const modules = at(MODULES);
  const plain = (address) => new URL(address, document.baseURI).href.split(/[?#]/)[0];
  const script = (source) => `data:text/javascript;base64,${source}`;

  const { fetch } = globalThis;
  const unpacked = async ([, base64, packed]) => {
    const { body } = await fetch(`data:;base64,${base64}`);
    return new Response(packed ? body.pipeThrough(new DecompressionStream("gzip")) : body).arrayBuffer();
  };

  /** Answers requests from `files`; the same in workers. `unpack` gives the bytes of one. */
  const serve = (files, plain, unpack) => {
    const { fetch } = globalThis;
    globalThis.fetch = async (what, options) => {
      const address = plain(what instanceof Request ? what.url : what);
      const file = files.get(address);
      if (!file) return fetch.call(globalThis, what, options);
      return new Response(await unpack(file, address), { headers: { "content-type": file[0] } });
    };

    const { open, send } = XMLHttpRequest.prototype;
    const waiting = new WeakMap();
    XMLHttpRequest.prototype.open = function (method, address, ...rest) {
      const file = files.get(plain(address));
      // Unpacking takes a moment, which only those have that need not answer at once.
      waiting.set(this, file?.[2] && rest[0] !== false && (() => unpack(file, plain(address)).then((bytes) => {
        open.call(this, method, URL.createObjectURL(new Blob([bytes], { type: file[0] })), ...rest);
      })));
      return open.call(this, method, file && !file[2] ? `data:${file[0]};base64,${file[1]}` : address, ...rest);
    };
    XMLHttpRequest.prototype.send = function (body) {
      const ready = waiting.get(this);
      if (!ready) return send.call(this, body);
      ready().then(() => send.call(this, body));
    };
  };
  // Modules are asked for only to have them in time.
  serve(new Map([...[...modules.keys()].map((address) => [address, ["text/javascript", "", 0]]), ...files]), plain, unpacked);

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

  /**
   * The beginning of a worker. Browsers start no modules in workers of such a page, and give them no import map: so it is a
   * plain script that links them. It asks the page for what is large.
   */
  const begin = (serve, page, names, start, small) => {
    const resolved = (address, base = page) => {
      try {
        return new URL(address, base).href;
      } catch {
        return String(address);
      }
    };
    const plain = (address) => resolved(address).split(/[?#]/)[0];
    const known = new Set(names);
    let port;
    const answers = [];
    const ask = (...what) => new Promise((answer) => port.postMessage([answers.push(answer) - 1, ...what]));

    const linked = new Map();
    /** What modules import stands in their text: it is put in the place of its name. */
    const link = async (text, base, importers) => {
      text = text.replaceAll("document.baseURI", JSON.stringify(page))
        .replace(/(?<![\w.$])import\s*\(/g, `globalThis[Symbol.for("pyrite-import")](${JSON.stringify(base)},`);
      const found = /((?<![\w.$])(?:(?:import|export)\b[^"'`();]*?\bfrom|import)\s*)(["'])([^"'\n]+)\2/g;
      let whole = "";
      let end = 0;
      for (const { 0: { length }, 1: before, 3: name, index } of text.matchAll(found)) {
        const address = plain(resolved(name, base));
        // Two that import each other cannot be linked this way: the browser says that the second is not there.
        const there = known.has(address) && !importers.includes(address) ? await load(address, importers) : name;
        whole += text.slice(end, index) + before + JSON.stringify(there);
        end = index + length;
      }
      return URL.createObjectURL(new Blob([whole + text.slice(end)], { type: "text/javascript" }));
    };
    const load = (address, importers = []) => {
      if (!linked.has(address)) linked.set(address, ask("module", address).then((text) => link(text, address, [...importers, address])));
      return linked.get(address);
    };
    globalThis[Symbol.for("pyrite-import")] = async (base, name) => {
      const address = resolved(name, base);
      return import(known.has(plain(address)) ? await load(plain(address)) : address);
    };
    // As in any module.
    globalThis.importScripts = () => {
      throw new TypeError("modules cannot use importScripts()");
    };
    serve(new Map(small), plain, (file, address) =>
      file[2] ? ask("file", address) : fetch(`data:;base64,${file[1]}`).then((answer) => answer.arrayBuffer()));

    const early = [];
    const hold = (event) => {
      event.stopImmediatePropagation();
      if (port) return early.push(event);
      port = event.data;
      port.onmessage = ({ data: [number, answer] }) => answers[number](answer);
      link(start, page, []).then((there) => import(there)).then(() => {
        removeEventListener("message", hold);
        for (const { data, ports } of early) dispatchEvent(new MessageEvent("message", { data, ports: [...ports] }));
      }).catch((error) => setTimeout(() => { throw error }));
    };
    addEventListener("message", hold);
  };

  // Ports of such a page carry no compiled WebAssembly: workers are told that there is none, and compile it.
  const { postMessage } = MessagePort.prototype;
  MessagePort.prototype.postMessage = function (message, ...rest) {
    if (Array.isArray(message)) message = message.map((one) => (one instanceof WebAssembly.Module ? undefined : one));
    return postMessage.call(this, message, ...rest);
  };

  const { Worker } = globalThis;
  const text = (base64) => new TextDecoder().decode(Uint8Array.from(atob(base64), (c) => c.charCodeAt(0)));
  const read = (address) => {
    const request = new XMLHttpRequest();
    request.open("GET", address, false);
    request.send();
    return request.responseText;
  };
  // What is large stays here until it is asked for.
  const small = () => [...files].map(([address, [type, base64, packed]]) => [address, [type, packed ? "" : base64, packed]]);
  globalThis.Worker = class extends Worker {
    constructor(address, options) {
      const [whole, hash = ""] = String(address).split(/(?=#)/);
      const isInside = modules.has(plain(whole));
      if (options?.type !== "module" || (!isInside && !whole.startsWith("blob:"))) return super(address, options), this;
      const start = isInside ? `import ${JSON.stringify(whole)}` : read(whole);
      const given = [document.baseURI, [...modules.keys()], start, small()].map((one) => JSON.stringify(one)).join();
      const source = new Blob([`(${begin})(${serve},${given})`], { type: "text/javascript" });
      super(URL.createObjectURL(source) + hash, { ...options, type: "classic" });
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = async ({ data: [number, what, address] }) => {
        const answer = what === "module" ? text(modules.get(address)[0]) : await unpacked(files.get(address));
        port1.postMessage([number, answer], typeof answer === "string" ? [] : [answer]);
      };
      super.postMessage(port2, [port2]);
    }
  };
})();
