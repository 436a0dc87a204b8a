/**
 * Values that stay in the browser by name: `import storage from "…/storage.js"`, and what Python's `pyscript.storage` is
 * built on. Data that PyScript has stored is read and written as it does: in the database `IDBMap/@pyscript/NAME`, each
 * value as `[kind, data]` in the format of flatted.
 */

const ENTRIES = "entries";

const result = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

/** A store of texts, written in the background and in order. */
export interface Store {
  /** What was there when it was opened. */
  readonly entries: [key: IDBValidKey, text: string][];
  put(key: IDBValidKey, text: string): void;
  remove(key: IDBValidKey): void;
  clear(): void;
  /** Waits until everything is written; rejects when something could not be. */
  sync(): Promise<void>;
}

/** Opens a store, and makes it when there is none. */
export const openStore = async (name: string): Promise<Store> => {
  let database: IDBDatabase;
  try {
    const opening = indexedDB.open(`IDBMap/@pyscript/${name}`);
    opening.onupgradeneeded = () => opening.result.createObjectStore(ENTRIES);
    database = await result(opening);
  } catch (error) {
    throw new Error(`The browser keeps no data for this page, so storage ${JSON.stringify(name)} cannot be opened: ${error}`);
  }
  // Or nobody could ever delete it.
  database.onversionchange = () => database.close();
  const reading = database.transaction(ENTRIES).objectStore(ENTRIES);
  const [keys, texts] = await Promise.all([result(reading.getAllKeys()), result(reading.getAll())]);

  const writing = new Set<Promise<void>>();
  let failure: Error | undefined;
  const fail = (error: unknown) => {
    const full = error instanceof DOMException && error.name === "QuotaExceededError";
    const why = full ? "the browser has no room left for this site" : String(error);
    failure ??= new Error(`Storage ${JSON.stringify(name)} could not be written: ${why}`);
  };
  // The browser runs transactions that write in the order in which they were made.
  const write = (change: (store: IDBObjectStore) => void) => {
    const done = new Promise<void>((resolve, reject) => {
      const transaction = database.transaction(ENTRIES, "readwrite");
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(transaction.error);
      change(transaction.objectStore(ENTRIES));
    })
      .catch(fail)
      .finally(() => writing.delete(done));
    writing.add(done);
  };
  return {
    entries: keys.map((key, index) => [key, texts[index]]),
    put: (key, text) => write((store) => store.put(text, key)),
    remove: (key) => write((store) => store.delete(key)),
    clear: () => write((store) => store.clear()),
    sync: async () => {
      await Promise.all(writing);
      const error = failure;
      failure = undefined;
      if (error) throw error;
    },
  };
};

/** Flatted: the value and everything in it as one list; texts and objects are numbers of that list, as text. */
const stringify = (value: unknown): string => {
  const values = [value];
  const numbers = new Map<unknown, string>([[value, "0"]]);
  const rows = [];
  for (const item of values) {
    let first = true;
    rows.push(
      JSON.stringify(item, (_, part) => {
        if (first || (typeof part !== "string" && (typeof part !== "object" || !part))) {
          first = false;
          return part;
        }
        if (!numbers.has(part)) numbers.set(part, String(values.push(part) - 1));
        return numbers.get(part);
      }),
    );
  }
  return `[${rows}]`;
};

const parse = (text: string): any => {
  const values: unknown[] = JSON.parse(text);
  for (const value of values as Record<string, unknown>[]) {
    if (typeof value !== "object" || !value) continue;
    for (const key of Object.keys(value)) {
      const part = value[key];
      if (typeof part === "string") value[key] = values[Number(part)];
    }
  }
  return values[0];
};

const encode = (value: unknown): string => {
  if (value === undefined || value === null) return stringify(["null", 0]);
  if (value instanceof ArrayBuffer) return stringify(["bytearray", [...new Uint8Array(value)]]);
  if (ArrayBuffer.isView(value)) {
    return stringify(["memoryview", [...new Uint8Array(value.buffer, value.byteOffset, value.byteLength)]]);
  }
  if (!["object", "string", "number", "boolean"].includes(typeof value)) {
    throw new TypeError(`Unexpected value: ${String(value)}`);
  }
  return stringify(["generic", value]);
};

const decode = (text: string): unknown => {
  const [kind, data] = parse(text);
  if (kind === "null") return null;
  if (kind === "bytearray") return new Uint8Array(data).buffer;
  return kind === "memoryview" ? new Uint8Array(data) : data;
};

/** A storage: an object whose properties stay, with two functions. */
export interface Stored {
  [key: string]: any;
  /** Removes everything. */
  clear(): void;
  /** Waits until everything is written. */
  sync(): Promise<void>;
}

/** Opens the storage of this name. */
export const storage = async (name: string): Promise<Stored> => {
  if (!name) throw new SyntaxError("The storage name must be defined");
  const store = await openStore(name);
  const values: Record<PropertyKey, unknown> = Object.create(null);
  for (const [key, text] of store.entries) values[String(key)] = decode(text);
  const functions: Record<PropertyKey, unknown> = {
    __proto__: null,
    clear() {
      for (const key of Object.keys(values)) delete values[key];
      store.clear();
    },
    sync: () => store.sync(),
  };
  return new Proxy(values as unknown as Stored, {
    get: (_, key) => functions[key] ?? values[key],
    set(_, key, value) {
      const text = encode(value);
      values[key] = value;
      store.put(key as string, text);
      return true;
    },
    deleteProperty(_, key) {
      if (Object.hasOwn(values, key)) store.remove(key as string);
      return delete values[key];
    },
  });
};

export default storage;
