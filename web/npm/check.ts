/** What is exported is what is declared: the compiler compares them, and nothing of this is ever run. */
import * as core from "../core";
import * as storage from "../storage";
import type * as declared from "./core";
import type * as declaredStorage from "./storage";

/** Every name that is declared is there, and none is there that is not declared. */
type Same<A, B> = [Exclude<keyof A, keyof B>, Exclude<keyof B, keyof A>] extends [never, never] ? true : [Exclude<keyof A, keyof B>, Exclude<keyof B, keyof A>];
export const names: Same<typeof core, typeof declared> = true;
export const version: typeof declared.version = core.version;
export const TYPES: typeof declared.TYPES = core.TYPES;
export const factories: (typeof declared.PyWorker)[] = [core.PyWorker, core.MPWorker];
export const codemirror: typeof declared.codemirror = core.codemirror;
export const relative: typeof declared.relative_url = core.relative_url;
export const offline: typeof declared.offline_interpreter = core.offline_interpreter;
export const whenDefined: typeof declared.whenDefined = core.whenDefined;
export const open: typeof declaredStorage.storage = storage.storage;
export const openByDefault: typeof declaredStorage.default = storage.default;
