"""Code of scripts that `pyrite build --precompile` has compiled, known by their text."""


def keep(runner, data):
    """Lets what runs scripts take it from here. What is not here, or is another text now, is compiled."""
    import builtins
    import marshal
    from _imp import _fix_co_filename, source_hash

    made = marshal.loads(data.to_bytes())

    def compile(source, file, mode, flags, dont_inherit):
        code = made.get((flags, source_hash(0, source.encode("utf-8", "surrogatepass"))))
        if code is None:
            return builtins.compile(source, file, mode, flags, dont_inherit=dont_inherit)
        code = marshal.loads(code)
        _fix_co_filename(code, file)
        return code

    runner.compile = compile
