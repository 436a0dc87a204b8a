/** What has to be done at the moment when an interpreter's WebAssembly is instantiated. */

type Source = WebAssembly.WebAssemblyInstantiatedSource;

let tell: (compiled: Source & { address: string }) => void;

/** What this interpreter's WebAssembly was compiled to, for workers of the page; may never settle. */
export const compiled = new Promise<{ address: string; module: WebAssembly.Module }>((done) => (tell = done));

/**
 * Loads an interpreter. Meanwhile `mine` sees what is instantiated with which imports, by whomever, and says whether that
 * is this interpreter; `come` hears when it is there, `failed` when it cannot be. `address`: of the WebAssembly.
 */
export const withInstantiation = async <T>(
  address: string,
  load: () => T | PromiseLike<T>,
  mine: (imports: WebAssembly.Imports) => boolean,
  { come, failed }: { readonly come?: (instance: WebAssembly.Instance) => void; readonly failed?: (reason: unknown) => void },
  holder: Pick<typeof WebAssembly, "instantiateStreaming"> = WebAssembly,
): Promise<T> => {
  const own = holder.instantiateStreaming;
  let loading = true;
  const watched: typeof own = (source, imports = {}) => {
    const is = loading && mine(imports);
    const result = own.call(WebAssembly, source, imports);
    // At once: the interpreter is going to keep the page busy.
    if (is)
      result.then((source) => {
        tell({ ...source, address });
        come?.(source.instance);
      }, failed);
    return result;
  };
  holder.instantiateStreaming = watched;
  try {
    return await load();
  } finally {
    loading = false;
    // The other interpreter, on its way too, may have taken the place; then this one only passes on.
    if (holder.instantiateStreaming === watched) holder.instantiateStreaming = own;
  }
};
