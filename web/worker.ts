/** The entry of a worker that runs one script: what the page loads as `worker.js`. */
import { initSync, start_worker } from "pyrite-glue";
import type { Start } from "./host";

addEventListener(
  "message",
  ({ data: { runtime, job } }: MessageEvent<Start>) => {
    initSync({ module: runtime });
    start_worker((message: string) => postMessage(message), ...job);
  },
  { once: true },
);
