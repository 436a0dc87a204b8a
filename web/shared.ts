/** What the chunks of a thread know of each other: on a page the exports of `core.js`, and more; in a worker only `ahead`. */

/** PyScript's own key: whichever copy comes first serves the page. */
export const KEY = Symbol.for("@pyscript/core");
export const shared = globalThis as any;

/** Data that were asked for before anybody needed them, by address; nothing where they could not be had. */
export type Coming = Record<string, Promise<ArrayBuffer | undefined>>;

/** For this thread, and for the page's first worker: whoever needs one takes it away. Modules are for all. */
export interface Ahead {
  readonly here: Coming;
  readonly worker?: Coming;
  readonly modules?: Readonly<Record<string, Promise<WebAssembly.Module | void> | undefined>>;
}

/** What an earlier visit has kept, unpacked (web/setup/snapshot.ts); fails where there is no cache. */
export const kept = async (address: string): Promise<ArrayBuffer | undefined> => (await caches.match(address))?.arrayBuffer();

/** Takes data that were asked for ahead, if anybody did. */
export const taken = (address: string): Coming[string] | undefined => {
  const { here }: Partial<Ahead> = shared[KEY]?.ahead ?? {};
  const coming = here?.[address];
  delete here?.[address];
  return coming;
};
