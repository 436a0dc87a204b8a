/** Packages on MicroPython, as its `mip` installs them, but without stopping the page while they come. */
import type { Fetch } from "./fetch";
import { type Tree, size } from "./files";
import { Failed, type Package, type Place, all, failed } from "./kinds";
import { unpack } from "./archive";

/** The index of micropython-lib. */
const INDEX = "https://micropython.org/pi/v2";
/** The version of `.mpy` files that our MicroPython reads. */
const BYTECODE = 6;
/** Where packages go. */
const LIBRARY = "/lib/";

/** A package's description in the index, or in its own `package.json`. */
interface Manifest {
  readonly urls?: readonly (readonly [path: string, address: string])[];
  readonly hashes?: readonly (readonly [path: string, hash: string])[];
  readonly deps?: readonly (readonly [name: string, version?: string])[];
}

/** Where the files of the sites are that mip knows by a scheme of their own. */
const SITES: Record<string, (owner: string, repo: string, branch: string, path: string) => string> = {
  github: (owner, repo, branch, path) => `https://raw.githubusercontent.com/${owner}/${repo}/${branch}/${path}`,
  gitlab: (owner, repo, branch, path) => `https://gitlab.com/${owner}/${repo}/-/raw/${branch}/${path}`,
  codeberg: (owner, repo, branch, path) => `https://codeberg.org/api/v1/repos/${owner}/${repo}/raw/${path}?ref=${branch}`,
};

/** What an address of mip's means for a browser. */
const resolved = (address: string, version?: string | null): string => {
  const [scheme, rest] = address.split(/:(?!\/\/)/, 2);
  const site = rest === undefined ? undefined : SITES[scheme!];
  if (!site) return address;
  const [owner, repo, ...path] = rest!.split("/");
  return site(owner!, repo!, version || "HEAD", path.join("/"));
};

/** Collects the files of packages, each once. */
class Collector {
  readonly trees: Promise<Tree>[] = [];
  private readonly seen = new Set<string>();

  constructor(
    private readonly base: string,
    private readonly fetch: Fetch,
    private readonly index: string,
    private readonly progress: (what: string) => void,
  ) {}

  async named(name: string, version?: string | null): Promise<void> {
    // Dependencies may be addresses as well.
    if (/^\w+:/.test(name)) return this.addressed(name, version);
    const address = `${this.index}/package/${BYTECODE}/${name}/${version || "latest"}.json`;
    if (this.once(address)) await this.described(address, name);
  }

  async addressed(address: string, version?: string | null): Promise<void> {
    const found = resolved(address, version);
    if (!this.once(found)) return;
    if (/\.m?py(?=[?#]|$)/.test(found)) {
      this.file(found, LIBRARY + found.replace(/[?#].*/, "").replace(/.*\//, ""));
    } else {
      const manifest = /\.json(?=[?#]|$)/.test(found) ? found : `${found.replace(/\/$/, "")}/package.json`;
      await this.described(manifest, address, version);
    }
  }

  async wheel(address: string, written: string): Promise<void> {
    if (!this.once(address)) return;
    this.trees.push(this.fetch(address, written).then((data) => unpack(this.base, written, "zip", "./", data)));
  }

  private once(address: string): boolean {
    return !this.seen.has(address) && !!this.seen.add(address);
  }

  private async described(address: string, name: string, version?: string | null): Promise<void> {
    const text = new TextDecoder().decode(await this.fetch(address));
    let manifest: Manifest;
    try {
      manifest = JSON.parse(text);
    } catch (error) {
      throw failed("PY3102", `${name} has no readable package.json at ${address}: ${(error as Error).message}`, "tell its author");
    }
    for (const [path, hash] of manifest.hashes ?? []) {
      this.file(`${this.index}/file/${hash.slice(0, 2)}/${hash}`, LIBRARY + path);
    }
    for (const [path, source] of manifest.urls ?? []) {
      this.file(/^\w+:/.test(source) ? resolved(source, version) : new URL(source, address).href, LIBRARY + path);
    }
    await all((manifest.deps ?? []).map(([name, version]) => this.named(name, version)));
  }

  private file(address: string, path: string): void {
    const folder = path.slice(0, path.lastIndexOf("/") + 1);
    this.trees.push(
      this.fetch(address).then((data) => {
        this.progress(`Loaded ${path} (${size(data.length)})`);
        return { folders: [folder], files: [{ path, data }] };
      }),
    );
  }
}

/** Downloads packages side by side, with what they depend on; nothing is written yet. */
export const collect = (
  base: string,
  fetch: Fetch,
  packages: readonly Package[],
  indexes: readonly string[],
  progress: (what: string) => void,
  placeOf: (line: number) => Place | undefined,
): Promise<Tree[]> =>
  all(
    packages.map(async ({ kind, name, version, address, written, line }) => {
      const collector = new Collector(base, fetch, (indexes[0] ?? INDEX).replace(/\/$/, ""), progress);
      try {
        if (kind === "wheel") await collector.wheel(address!, written);
        else if (kind === "mip") await collector.addressed(address!, version);
        else await collector.named(name ?? written, version);
        return await all(collector.trees);
      } catch (error) {
        if (!(error instanceof Failed)) throw error;
        const [first] = error.diagnostics;
        if (first?.code === "PY3010" || first?.code === "PY3102") throw error;
        const hint =
          kind === "named"
            ? "MicroPython's index has few packages; check the spelling, or use `type=\"py\"` for those of PyPI"
            : "check the address, and that its site lets other sites read it (CORS)";
        const words = error.diagnostics.map(({ message }) => message).join("\n");
        throw failed("PY3102", `The package ${written} could not be installed: ${words}`, hint, placeOf(line));
      }
    }),
  ).then((trees) => trees.flat());
