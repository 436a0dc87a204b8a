/** Unpacks archives. What is in one and whether that is safe is the part's to say; the browser decompresses. */
import { Failed } from "./kinds";
import { type Ask, part } from "./part";
import type { Tree } from "./files";

interface Entry {
  readonly path: string;
  readonly deflate: boolean;
  readonly start: number;
  readonly end: number;
  readonly size: number;
  readonly crc32: number | null;
}

const good = <T>(answer: T & { diagnostic?: never }): T => {
  if (answer.diagnostic) throw new Failed([answer.diagnostic]);
  return answer;
};

/** Decompresses; `grown` is told the number of bytes so far and may throw. Undefined when the data is broken. */
const decompress = async (
  data: Uint8Array<ArrayBuffer>,
  format: CompressionFormat,
  grown: (size: number) => void,
): Promise<Uint8Array<ArrayBuffer> | undefined> => {
  const reader = new Blob([data]).stream().pipeThrough(new DecompressionStream(format)).getReader();
  const chunks: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const next = await reader.read().catch(() => undefined);
    if (!next) return undefined;
    if (next.done) break;
    length += next.value.length;
    chunks.push(next.value);
    try {
      grown(length);
    } catch (error) {
      void reader.cancel().catch(() => {});
      throw error;
    }
  }
  const whole = new Uint8Array(length);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
};

const content = async (ask: Ask, name: string, archive: Uint8Array<ArrayBuffer>, entry: Entry): Promise<Uint8Array> => {
  const packed = archive.subarray(entry.start, entry.end);
  const tooLarge = new Error();
  const unpacked = entry.deflate
    ? await decompress(packed, "deflate-raw", (size) => {
        if (size > entry.size) throw tooLarge;
      }).catch((error) => {
        if (error !== tooLarge) throw error;
        return undefined;
      })
    : packed.slice();
  const { path, size, crc32 } = entry;
  // What could not be unpacked is not what was packed.
  good(ask({ do: "verify", name, path, size: unpacked ? size : size + 1, crc32 }, unpacked ?? new Uint8Array()));
  return unpacked!;
};

/** The files of an archive below `folder`, all of them checked. */
export const unpack = async (
  base: string,
  name: string,
  kind: string,
  folder: string,
  data: Uint8Array<ArrayBuffer>,
): Promise<Tree> => {
  const ask = await part(base, "archive");
  // A server may have made the browser unpack it on the way, so the bytes are asked and not the name.
  if (kind !== "zip" && data[0] === 0x1f && data[1] === 0x8b) {
    const compressed = data.length;
    const grown = (size: number) => void good(ask({ do: "growth", name, compressed, size }, new Uint8Array()));
    const unpacked = await decompress(data, "gzip", grown);
    if (!unpacked) good(ask({ do: "broken", name }, new Uint8Array()));
    data = unpacked!;
  }
  const plan: { directories: string[]; files: Entry[] } = good(ask({ do: "plan", name, kind }, data));
  const files: { path: string; data: Uint8Array }[] = [];
  for (const entry of plan.files) files.push({ path: folder + entry.path, data: await content(ask, name, data, entry) });
  return { folders: [folder, ...plan.directories.map((directory) => folder + directory)], files };
};
