"""Shows lines of compiled packages."""


def find_sources(address):
    import sysconfig
    from importlib.machinery import SourcelessFileLoader

    home = "/" + sysconfig.get_path("purelib").strip("/") + "/"

    def get_source(self, fullname):
        if not self.path.startswith(home):
            return None
        try:
            from pyscript._library import text_of

            return text_of(address, self.path.removeprefix(home).removesuffix("c"))
        except Exception:
            # Better a traceback without these lines than none.
            return None

    SourcelessFileLoader.get_source = get_source
