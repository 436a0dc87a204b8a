/** What was installed on an earlier visit: which packages an installation consists of, and their files. */
import { type Answer, direct, read } from "./shelf";

/** An installation. */
export interface Kept {
  /** Pyodide's version; another one needs other files. */
  readonly version: string;
  readonly files: readonly KeptFile[];
}

/** One file of it. */
export interface KeptFile {
  /** The package that it is. */
  readonly name: string;
  readonly url: string;
  readonly sha256: string;
  /** Whether it belongs to Pyodide's distribution and is known there by its name. */
  readonly own: boolean;
}

const CACHE = "pyrite-packages";

/** How many installations a site keeps: more than its pages have, less than years of new versions leave behind. */
const MOST = 16;
const INSTALLATION = /\/packages\/[0-9a-f]{64}$/;

/** The SHA-256 of text or bytes, in hexadecimal digits. Undefined where a page is not safe enough to be given it. */
export const hex = async (data: string | BufferSource): Promise<string | undefined> => {
  if (!globalThis.crypto?.subtle) return undefined;
  const bytes = typeof data === "string" ? new TextEncoder().encode(data) : data;
  return [...new Uint8Array(await crypto.subtle.digest("SHA-256", bytes))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
};

/** The place of one installation in the browser's cache; without a cache, nothing is ever there. */
export class Store {
  private constructor(
    private readonly cache: Cache | undefined,
    private readonly key: string,
  ) {}

  /** Opens it, or throws all away, as the configuration says. */
  static async open(keeping: string, key: string): Promise<Store> {
    // Pages without a secure context have no cache.
    if (typeof caches === "undefined" || !globalThis.crypto?.subtle) return new Store(undefined, key);
    if (keeping === "clear") await caches.delete(CACHE).catch(() => {});
    return new Store(keeping === "keep" ? await caches.open(CACHE).catch(() => undefined) : undefined, key);
  }

  /** What an earlier visit has kept. */
  async find(): Promise<Kept | undefined> {
    const kept: Kept | undefined = await (await this.cache?.match(this.key))?.json().catch(() => undefined);
    return Array.isArray(kept?.files) ? kept : undefined;
  }

  /** Forgets the installation; its files may belong to others too. */
  async forget(): Promise<void> {
    await this.cache?.delete(this.key);
  }

  /** A file as it was kept, or as its server has it, if that is still the same. */
  async file({ url, sha256 }: KeptFile): Promise<Answer | undefined> {
    const hit = await this.cache?.match(url);
    if (hit) {
      const data = new Uint8Array(await hit.arrayBuffer());
      if ((await hex(data)) === sha256) return { status: 200, headers: [], data };
    }
    const checked = await this.checked(read(direct(url)), sha256);
    if (checked) await this.cache?.put(url, new Response(checked.data)).catch(() => {});
    return checked;
  }

  /** An answer, if it is the file that was expected. */
  async checked(coming: Promise<Answer>, sha256: string): Promise<Answer | undefined> {
    const answer = await coming;
    return answer.status === 200 && (await hex(answer.data)) === sha256 ? answer : undefined;
  }

  /** Keeps an installation, and of what was fetched the files that belong to it. */
  async keep(kept: Kept, seen: ReadonlyMap<string, Answer>): Promise<void> {
    try {
      for (const file of kept.files) {
        const answer = seen.get(file.url);
        if (answer?.status === 200 && (await hex(answer.data)) === file.sha256) await this.cache?.put(file.url, new Response(answer.data));
      }
      // Last, so that what it names is there.
      await this.cache?.put(this.key, new Response(JSON.stringify(kept)));
      await this.prune();
    } catch {
      // The browser has no room; then the next visit asks again.
    }
  }
  /** Throws away the installations that were kept first when there are too many, and files that none needs. */
  private async prune(): Promise<void> {
    const { cache } = this;
    // In the order in which they came.
    const addresses = (await cache?.keys())?.map(({ url }) => url) ?? [];
    const installations = addresses.filter((url) => INSTALLATION.test(url));
    if (!cache || installations.length <= MOST) return;
    const needed = new Set(installations.splice(-MOST));
    for (const url of [...needed]) {
      const kept: Kept | undefined = await (await cache.match(url))?.json();
      kept?.files.forEach(({ url }) => needed.add(url));
    }
    await Promise.all(addresses.filter((url) => !needed.has(url)).map((url) => cache.delete(url)));
  }
}
