/** What has to be done at the moment when an interpreter's WebAssembly is instantiated. */

/**
 * Loads an interpreter. Meanwhile `before` sees what is instantiated with which imports, by whomever, and `failed` what
 * cannot be.
 */
export const withInstantiation = async <T>(
  load: () => T | PromiseLike<T>,
  before: (imports: WebAssembly.Imports) => void,
  failed: (imports: WebAssembly.Imports, reason: unknown) => void,
): Promise<T> => {
  const own = WebAssembly.instantiateStreaming;
  let loading = true;
  const watched: typeof own = (source, imports = {}) => {
    if (loading) before(imports);
    const result = own.call(WebAssembly, source, imports);
    if (loading) result.catch((reason) => failed(imports, reason));
    return result;
  };
  WebAssembly.instantiateStreaming = watched;
  try {
    return await load();
  } finally {
    loading = false;
    // The other interpreter, on its way too, may have taken the place; then this one only passes on.
    if (WebAssembly.instantiateStreaming === watched) WebAssembly.instantiateStreaming = own;
  }
};
