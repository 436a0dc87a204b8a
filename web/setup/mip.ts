/** Packages on MicroPython, as its `mip` installs them, but without stopping the page while they come. */
import { unpack } from "./archive";
import { type Fetch, Unfetched } from "./fetch";
import { type Tree, size } from "./files";
import { type Diagnostic, Failed, type Package, type Place, all } from "./kinds";
import { part } from "./part";

/** Something to fetch, as the part names it. */
interface Wanted {
  readonly address: string;
  /** Where it goes; a manifest goes nowhere. */
  readonly path: string | null;
  readonly entry: number;
  /** Whether another index is asked when this one does not have it. */
  readonly elsewhere?: boolean;
}

/** Downloads packages side by side, with what they depend on; nothing is written yet. */
export const collect = async (
  base: string,
  fetch: Fetch,
  packages: readonly Package[],
  indexes: readonly string[],
  progress: (what: string) => void,
  placeOf: (line: number) => Place | undefined,
): Promise<Tree[]> => {
  if (!packages.length) return [];
  const ask = await part(base, "packages");
  const plain = packages.filter(({ kind }) => kind !== "wheel");

  /** Descriptions that are looked for in the next index. */
  const missing: string[] = [];
  /** Fetches, or says which package cannot be had and why. */
  const load = async (wanted: Wanted, { written, line }: Package): Promise<Uint8Array<ArrayBuffer>> => {
    try {
      return await fetch(wanted.address);
    } catch (error) {
      if (!(error instanceof Unfetched)) throw error;
      const { status, text } = error;
      if (wanted.elsewhere && status === 404) {
        missing.push(wanted.address);
        return new Uint8Array();
      }
      const { diagnostic }: { diagnostic: Diagnostic } = ask({ unfetched: wanted, written, status, text });
      throw new Failed([{ ...diagnostic, place: placeOf(line) }]);
    }
  };

  const wheels = packages
    .filter(({ kind }) => kind === "wheel")
    .map(async (one) => {
      const request = { address: one.address!, path: "", of: one.address!, version: null, by: null, entry: 0 };
      return unpack(base, one.written, "zip", "./", await load(request, one));
    });

  const manifests = new Map<string, Promise<{ address: string; text: string }>>();
  const files = new Map<string, Promise<Tree>>();
  const file = async (wanted: Wanted & { path: string }): Promise<Tree> => {
    const data = await load(wanted, plain[wanted.entry]!);
    progress(`Loaded ${wanted.path} (${size(data.length)})`);
    return { folders: [wanted.path.slice(0, wanted.path.lastIndexOf("/") + 1)], files: [{ path: wanted.path, data }] };
  };
  const manifest = async (wanted: Wanted) => {
    const data = await load(wanted, plain[wanted.entry]!);
    return { address: wanted.address, text: new TextDecoder().decode(data) };
  };
  const mip = plain.map(({ kind, name, address, written, version }) => ({
    package: kind === "mip" ? address : (name ?? written),
    version,
  }));
  for (let complete = !mip.length; !complete; ) {
    const known = await all([...manifests.values()]);
    const answer: { requests?: Wanted[]; diagnostic?: Diagnostic } = ask({ mip, indexes, missing, manifests: known });
    if (answer.diagnostic) throw new Failed([answer.diagnostic]);
    complete = true;
    for (const wanted of answer.requests!) {
      const { address, path } = wanted;
      if (path !== null) {
        const key = `${path} ${address}`;
        // What has begun goes on while further manifests come.
        if (!files.has(key)) files.set(key, later(file({ ...wanted, path })));
      } else {
        complete = false;
        manifests.set(address, manifest(wanted));
      }
    }
  }
  return all([...files.values(), ...wheels]);
};

/** A promise that may fail before anybody waits for it. */
const later = <T>(promise: Promise<T>): Promise<T> => {
  promise.catch(() => {});
  return promise;
};
