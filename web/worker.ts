/** The entry of a worker that runs one script: what the page loads as `worker.js`. */
import { initSync, start_worker } from "pyrite-glue";
import type { Start } from "./host";

const begin = (event: MessageEvent<Start>) => {
  if (!(event.data?.port instanceof MessagePort)) return;
  event.stopImmediatePropagation();
  removeEventListener("message", begin);
  const { runtime, port, job } = event.data;
  initSync({ module: runtime });
  start_worker((text: string) => port.postMessage(text), ...job);
};

addEventListener("message", begin);
