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
    if "logging" in modules:
        modules["logging"]._startTime = time.time_ns()
    if "tempfile" in modules:
        modules["tempfile"]._name_sequence = None
