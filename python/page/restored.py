"""What a snapshot of Pyodide's memory has of the place and time where it was made, put right for this page."""


def restored(language):
    import _locale
    import os
    import sys
    import time

    os.environ["LANG"] = language
    _locale.setlocale(_locale.LC_CTYPE, "")
    # As the time module does it when it is imported: on the first of January, and half a year later.
    year = 365 * 24 * 3600 + 6 * 3600
    start = time.time() // year * year
    january, july = time.localtime(start), time.localtime(start + year / 2)
    winter, summer = sorted((january, july), key=lambda it: it.tm_gmtoff)
    time.timezone = -winter.tm_gmtoff
    time.altzone = -summer.tm_gmtoff
    time.daylight = int(january.tm_gmtoff != july.tm_gmtoff)
    time.tzname = (winter.tm_zone, summer.tm_zone)
    modules = sys.modules
    # Of what is imported already, what has drawn random numbers or looked at the clock.
    if "random" in modules:
        modules["random"].seed()
        # Generators of packages, which `pyrite build --snapshot` has noticed.
        for generator in getattr(modules["random"], "_pyrite_unseeded", ()):
            if generator():
                generator().seed()
    if "uuid" in modules:
        modules["uuid"]._node = modules["uuid"]._last_timestamp = None
    if "_ssl" in modules:
        modules["_ssl"].RAND_add(os.urandom(32), 32.0)
    if "logging" in modules:
        modules["logging"]._startTime = time.time_ns()
    if "tempfile" in modules:
        modules["tempfile"]._name_sequence = None
