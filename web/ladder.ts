/**
 * How a worker waits for its page where memory cannot be shared: the page's part. A chunk that only pages without
 * isolation load, when they have workers.
 */
import type { Rung } from "./bridge/line";
import { KEY, shared } from "./shared";

let lines = 0;
const registered = new Map<string, Promise<ServiceWorkerRegistration>>();

/** What only our service worker has in its text. */
const OURS = "pyrite-wait";
/** What coincident's and sabayon's have in theirs. */
const SABAYON = "?sabayon";
/** The channel on which coincident's asks the page. */
const CHANNEL = "dc78209b-186c-4f83-80e9-406becb7d9f3";
const sabayon = new Set<string>();

const activated = (worker: ServiceWorker): Promise<void> =>
  new Promise((ok, no) => {
    const look = () => {
      if (worker.state === "activated") ok();
      else if (worker.state === "redundant") no(new Error(`${worker.scriptURL} could not be installed`));
    };
    worker.addEventListener("statechange", look);
    look();
  });

/** Registers the service worker, unless the site has another one in that place; then that one is left alone. */
const register = async (address: string, scope: string | undefined, isNamed: boolean): Promise<ServiceWorkerRegistration> => {
  const wanted = new URL(scope ?? "./", address).href;
  const before = await navigator.serviceWorker.getRegistration(wanted);
  const own = (before?.active ?? before?.waiting ?? before?.installing)?.scriptURL;
  const isThere = before?.scope === wanted;
  // It may have loaded ours with `importScripts`; the worker finds out.
  if (isThere && own !== address) return before;
  if (!isThere || isNamed) {
    const found = await fetch(address);
    if (!found.ok) throw new Error(`${address} is not there (status ${found.status})`);
    const text = await found.text();
    if (isNamed && text.includes(SABAYON)) sabayon.add(address);
    else if (!text.includes(OURS)) throw new Error(`${address} is not Pyrite's service-worker.js`);
  }
  const registration = await navigator.serviceWorker.register(address, { scope: wanted });
  await activated((registration.installing ?? registration.waiting ?? registration.active)!);
  if (sabayon.has(address)) {
    await (navigator.serviceWorker.controller || new Promise((ok) => navigator.serviceWorker.addEventListener("controllerchange", ok)));
    return registration;
  }
  // A page that was reloaded past its service worker is not looked after by it until it says so.
  const { port1, port2 } = new MessageChannel();
  const claimed = new Promise((ok) => (port1.onmessage = ok));
  registration.active!.postMessage("pyrite-claim", [port2]);
  await claimed;
  return registration;
};

/**
 * A site may have coincident's or sabayon's service worker. It passes the worker's question on to us, by a channel or as a
 * message, and a list of JSON back.
 */
const speakSabayon = (address: string, line: string): Pick<Rung, "address" | "post" | "answer"> => {
  const asked = new Map<number, (answer: string[]) => void>();
  const come = new Map<number, ArrayBuffer>();
  const give = (reply: (answer: string[]) => void, bytes: ArrayBuffer) => {
    let text = "";
    for (let at = 0; at < bytes.byteLength; at += 8192) text += String.fromCharCode(...new Uint8Array(bytes.slice(at, at + 8192)));
    reply([JSON.stringify(btoa(text))]);
  };
  const hear = (name: string, question: number, reply: (answer: string[]) => void) => {
    if (name !== line) return;
    const answer = question ? come.get(question) : new ArrayBuffer(0);
    if (answer) give(reply, answer);
    else asked.set(question, reply);
    come.delete(question);
  };
  const channel = new BroadcastChannel(CHANNEL);
  channel.onmessage = ({ data: [request, name, question] }) => hear(name, question, (answer) => channel.postMessage([request, answer]));
  navigator.serviceWorker.addEventListener("message", ({ data, source }) => {
    if (Array.isArray(data)) hear(data[0], data[1], (answer) => source!.postMessage([...data, answer]));
  });
  navigator.serviceWorker.startMessages();
  const answer = (question: number, bytes: ArrayBuffer) => {
    const reply = asked.get(question);
    if (reply) give(reply, bytes);
    else come.set(question, bytes);
    asked.delete(question);
  };
  return { address: `${address}?sabayon`, post: line, answer };
};

const serviceWorker = async (base: string, file: string | undefined): Promise<Rung> => {
  if (!navigator.serviceWorker) throw new Error("this address is not secure, so the browser allows no service worker");
  // Beside our own files it has to look after nothing but the file of workers. From elsewhere, workers take over the page's.
  const foreign = new URL(base).origin !== location.origin;
  const address = foreign ? new URL(file ?? "./service-worker.js", document.baseURI).href : `${base}service-worker.js`;
  const scope = foreign ? undefined : `${base}worker.js`;
  const key = address + scope;
  let registration = registered.get(key);
  if (!registration) registered.set(key, (registration = register(address, scope, foreign && file !== undefined)));
  const current = await registration;
  const line = `${Math.random().toString(36).slice(2)}${++lines}`;
  const why = `${current.active!.scriptURL} answers`;
  if (sabayon.has(address)) return { way: "service-worker", why, ...speakSabayon(address, line) };
  return {
    way: "service-worker",
    why,
    address: `${foreign ? address : scope}?pyrite-wait=${line}-`,
    answer: (question, answer) => current.active!.postMessage(["pyrite-answer", line, question, answer]),
  };
};

/** A page from a disk says so where everybody sees it: its author may never have seen it in such a browser. */
let saysSo = (): void => {
  saysSo = () => {};
  const message = "(PY3004): Workers cannot reach this page: it was opened from a disk, and this browser has no JavaScript Promise Integration.";
  const hint = "open it in a browser that has it, such as Chrome or Edge 137 or later, or from a web server";
  void shared[KEY].report(["PY3004", hint, "", "", "", message].join("\0"));
};

/** The best way for a worker of this kind (`py` or `mpy`). `file` is a service worker that the page names. */
export const climb = async (base: string, kind: string, file?: string): Promise<Rung> => {
  // What MicroPython needs besides came to browsers before it.
  if ("Suspending" in WebAssembly && (kind === "py" || "JSTag" in WebAssembly)) {
    return { way: "promise-integration", why: "the page is not isolated, and this browser has JavaScript Promise Integration" };
  }
  try {
    return await serviceWorker(base, file);
  } catch (error) {
    if (location.protocol === "file:") saysSo();
    return { way: "asynchronous", why: error instanceof Error ? error.message : String(error) };
  }
};
