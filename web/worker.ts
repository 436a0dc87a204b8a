/** The entry of a worker that runs one script: what the page loads as `worker.js`. */
import { initSync, start_worker } from "pyrite-glue";

/** What the page sends first; the rest is the runtime's (crates/web/src/worker.rs). */
interface Start {
  /** The runtime, compiled by the page. */
  readonly runtime: WebAssembly.Module;
  readonly job: object;
}

addEventListener(
  "message",
  ({ data: { runtime, job } }: MessageEvent<Start>) => {
    initSync({ module: runtime });
    start_worker(job, (message: unknown) => postMessage(message));
  },
  { once: true },
);
