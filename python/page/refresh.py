"""Lets Python find files that were written after it has looked."""


def refresh():
    import importlib
    import sys

    if "importlib.metadata" in sys.modules:
        return importlib.invalidate_caches()
    # The usual way imports all that is about metadata, and reads the standard library's archive anew, which never changes.
    from importlib import _bootstrap_external as machinery

    cache = sys.path_importer_cache
    for path, finder in list(cache.items()):
        if finder is None:
            del cache[path]
        elif isinstance(finder, machinery.FileFinder):
            finder.invalidate_caches()
    machinery._NamespacePath._epoch += 1


refresh()
del refresh
