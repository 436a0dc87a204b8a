/** The bridge between a page and its workers; loaded by pages that have some, and by these. */
export { openPage } from "./bridge/page";
export { openWorker } from "./bridge/worker";
