/** Directories of the visitor's computer: asking for one, and remembering what was allowed. */

interface Wish {
  readonly mode: "read" | "readwrite";
  readonly id: string;
  readonly startIn?: string;
}

type Handle = FileSystemDirectoryHandle & {
  queryPermission(wish: { mode: string }): Promise<string>;
  requestPermission(wish: { mode: string }): Promise<string>;
};

const STORE = "entries";

const result = <T>(request: IDBRequest<T>): Promise<T> =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

const handles = async (mode: IDBTransactionMode): Promise<IDBObjectStore> => {
  const opening = indexedDB.open("IDBMap/@pyscript.fs");
  opening.onupgradeneeded = () => opening.result.createObjectStore(STORE);
  return (await result(opening)).transaction(STORE, mode).objectStore(STORE);
};

/** The directory that was allowed before, if it still is. */
export const known = async (key: string, mode: string): Promise<Handle | undefined> => {
  const handle = (await result((await handles("readonly")).get(key))) as Handle | undefined;
  return handle && (await handle.queryPermission({ mode })) === "granted" ? handle : undefined;
};

/** Forgets a directory; tells whether there was one. */
export const forget = async (key: string): Promise<boolean> => {
  const store = await handles("readwrite");
  const there = (await result(store.count(key))) > 0;
  await result(store.delete(key));
  return there;
};

const denied = (): never => {
  throw new Error("storage permissions not granted");
};

/** Runs `ask` with the visitor's consent to open a dialog: a click of theirs, which browsers insist on. */
const afterClick = <T>(ask: () => Promise<T>): Promise<T> => {
  if (navigator.userActivation?.isActive) return ask();
  const dialog = document.createElement("dialog");
  dialog.className = "pyscript-fs";
  const text = (tag: string, content: string) => {
    const element = document.createElement(tag);
    element.textContent = content;
    return element;
  };
  const yes = text("button", "✅ Authorize");
  const no = text("button", "❌");
  no.ariaLabel = "Cancel";
  dialog.append(
    text("strong", "ℹ️ Persistent FileSystem"),
    text("p", "PyScript would like to access a local folder."),
    yes,
    " ",
    no,
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise<T>((resolve, reject) => {
    let answer: () => void = () => reject(new Error("storage permissions not granted"));
    // Also by the Escape key.
    dialog.onclose = () => (dialog.remove(), answer());
    no.onclick = () => dialog.close();
    yes.onclick = () => {
      const asked = ask();
      answer = () => resolve(asked);
      dialog.close();
    };
  });
};

/** Asks for a directory, on the page, and remembers it. */
export const pick = async (key: string, { mode, id, startIn }: Wish): Promise<void> => {
  const before = (await result((await handles("readonly")).get(key))) as Handle | undefined;
  const picker = (window as any).showDirectoryPicker as ((wish: Wish) => Promise<Handle>) | undefined;
  if (!picker) throw new Error("showDirectoryPicker is not supported");
  const handle = await afterClick(async () => {
    if (before) return (await before.requestPermission({ mode })) === "granted" ? before : denied();
    return picker.call(window, { mode, id, ...(startIn && { startIn }) }).catch(denied);
  });
  await result((await handles("readwrite")).put(handle, key));
};
