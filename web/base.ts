/** Where the files of the distribution are. */

/** The folder that this file is in. */
export const base = new URL("./", import.meta.url).href;

/** Put in by `cargo xtask dist`: they change with what is in the files. */
declare const OWN_KEY: string;
declare const INTERPRETER_KEYS: Record<string, string>;

/**
 * The address of a file of the distribution, with what it holds for a key: a browser may keep it for ever. Other addresses
 * stay as they are.
 */
export const keyed = (address: string): string =>
  address.startsWith(base) && !/[?#]/.test(address)
    ? `${address}?v=${INTERPRETER_KEYS[address.slice(base.length).split("/")[0]!] ?? OWN_KEY}`
    : address;

/** A chunk of the distribution. */
export const chunk = (name: string): Promise<any> => import(keyed(base + name));
