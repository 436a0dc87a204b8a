/** Inside of a worker with a game: gets the canvas from the page, and the library. */
import type { Engine } from "../package";
import { explained, prepare, WANTED } from "./pygame";

/** The canvas that the page gives away. */
const canvasOfPage = (): Promise<OffscreenCanvas> =>
  new Promise((given) => {
    const hear = (event: MessageEvent) => {
      const canvas = event.data?.canvas;
      if (!(canvas instanceof OffscreenCanvas)) return;
      event.stopImmediatePropagation();
      removeEventListener("message", hear);
      given(canvas);
    };
    addEventListener("message", hear);
    postMessage(WANTED);
  });

/** Stands in the place of hooks; see web/worker.ts. */
export const inWorker = async (
  { id }: { readonly id: string },
  _: string,
  { interpreter, run }: Pick<Engine, "run" | "interpreter">,
  __: boolean,
  bridge: Record<string, unknown>,
  tell: (text: string) => void,
): Promise<Pick<Engine, "run">> => {
  try {
    // Its name is all that Pyodide asks of it besides drawing.
    await prepare(interpreter, bridge, Object.assign(await canvasOfPage(), { id }));
    return { run };
  } catch (error) {
    tell("f" + explained(error));
    return { run: async () => {} };
  }
};
