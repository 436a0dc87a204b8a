/** What chunks get of the runtime, so that none of it is in two files. */
import type { Kind } from "./boot";
import type { lanes, Placed, raised, startEngine } from "./engines";
import type { report } from "./host";
import type { PythonWorker } from "./spawn";

type Factory = new (file: string, options?: object) => PythonWorker;

/** What pages get, too, and more. */
export interface Parts {
  readonly hooks: Record<"main" | "worker", Record<string, Set<any>>>;
  readonly PyWorker: Factory;
  readonly MPWorker: Factory;
  readonly lanes: typeof lanes;
  readonly ready: Promise<void>;
  /** How an interpreter is given the code of a file. */
  place(kind: Kind, address: string, code: string): Placed;
  readonly raised: typeof raised;
  readonly report: typeof report;
  readonly startEngine: typeof startEngine;
}

/** What makes workers of a language. */
export const factory = (parts: Parts, kind: Kind): Factory => (kind === "py" ? parts.PyWorker : parts.MPWorker);
