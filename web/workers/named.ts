/** Workers by their names. */
import { KEY, shared } from "../shared";

interface Life { readonly outcome: Promise<void> }

interface Waiting {
  /** The script that waits, which cannot make the worker meanwhile. */
  readonly script: unknown;
  readonly found: (life: Life) => void;
  readonly failed: (error: Error) => void;
}

/** How long a name may be missing once nobody is left who might give it. */
const GRACE = 3000;

const lives = new Map<string, Life>();
/** Why those that were there are gone. */
const ended = new Map<string, string>();
const waiting = new Map<string, Set<Waiting>>();
let timer: ReturnType<typeof setTimeout> | undefined;

/** A worker has been made. A later one takes the name over. */
export const arrived = (name: string, life: Life) => {
  lives.set(name, life);
  ended.delete(name);
  const those = waiting.get(name);
  waiting.delete(name);
  for (const { found } of those ?? []) found(life);
};

/** A worker has ended: nothing of it is kept. */
export const left = (name: string, life: Life, reason: string) => {
  if (lives.get(name) !== life) return;
  lives.delete(name);
  ended.set(name, reason);
};

const scriptOf = (name: string) =>
  [...document.querySelectorAll<HTMLElement & { xworker?: Worker | null }>("[worker][name]")].findLast((script) => script.getAttribute("name") === name);

/** Whether scripts of the main thread run that do not wait for a missing name themselves. */
const isBusy = () => {
  const scripts = new Set([...waiting.values()].flatMap((those) => [...those].map(({ script }) => script)));
  scripts.delete(null);
  return shared[KEY].running() > scripts.size;
};

const give = (name: string, error: Error) => {
  const those = waiting.get(name);
  waiting.delete(name);
  for (const { failed } of those ?? []) failed(error);
};

/** Fails those who wait for what cannot come any more. */
const check = () => {
  for (const name of waiting.keys()) {
    if (scriptOf(name)?.xworker === null) give(name, new Error(`the worker ${JSON.stringify(name)} could not be started; its own error is on the page`));
  }
  clearTimeout(timer);
  if (!waiting.size || isBusy() || document.readyState !== "complete") return;
  timer = setTimeout(() => {
    if (isBusy()) return;
    for (const name of waiting.keys()) {
      if (scriptOf(name)) continue;
      const names = [...lives.keys()].map((known) => JSON.stringify(known)).join(", ");
      give(name, new Error(`no worker has the name ${JSON.stringify(name)}; ${names ? `there are ${names}` : "no worker has a name"}`));
    }
  }, GRACE);
};
for (const event of ["py:done", "mpy:done", "load"]) addEventListener(event, check);

/** The functions of the worker of this name, once its code has run. */
export const lookup = async (name: string, script: unknown) => {
  // A script that comes now may have the name of an older one.
  const element = scriptOf(name);
  const isComing = element && element.xworker === undefined;
  const reason = ended.get(name);
  if (reason !== undefined && !isComing) throw new Error(`the worker ${JSON.stringify(name)} has ended: ${reason}`);
  const found =
    (!isComing && lives.get(name)) ||
    (await new Promise<Life>((found, failed) => {
      const those = waiting.get(name) ?? new Set();
      waiting.set(name, those.add({ script, found, failed }));
      check();
    }));
  await found.outcome;
  return found;
};
