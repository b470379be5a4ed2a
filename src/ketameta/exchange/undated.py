"""Files of other programs without the moment of writing, so that equal content is equal bytes.

The libraries that write these files put the time into them. It is replaced by the earliest that
every format can hold, 1 January 1980; where it does not stand as expected, it stays.
"""

from __future__ import annotations

import io
import re
import zipfile

_EPOCH = (1980, 1, 1, 0, 0, 0)
_PROPERTIES = "docProps/core.xml"
_SPSS = (rb"(?s)\A(\$FL[23].{88})\d\d [A-Z][a-z]{2} \d{4}:\d\d:\d\d", rb"\g<1>01 Jan 8000:00:00")
_STAMPS: dict[str, tuple[bytes, bytes]] = {
    ".sav": _SPSS,
    ".zsav": _SPSS,
    ".por": (rb"(SPSSPORTA8/)\d{8}6/\d{3}\r\n\d{3}", b"\\g<1>198001016/000\r\n000"),
    ".dta": (
        rb"(<timestamp>\x11)\d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d(?=</timestamp>)",
        rb"\g<1>01 Jan 1980 00:00",
    ),
    ".xpt": (rb"(?:\d\d[A-Z]{3}\d\d:\d\d:\d\d:\d\d){2}", 2 * b"01JAN80:00:00:00"),
    _PROPERTIES: (rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ(?=</dcterms:)", b"1980-01-01T00:00:00Z"),
}
"""What the time looks like where it stands, by ending of the file, and what replaces it."""
_TIMES = 2
"""Once for the file and once for the table in it, or when it was made and when it was changed."""


def undated(raw: bytes, kind: str) -> bytes:
    """The same file of SPSS, Stata or SAS (`kind` is its ending) with a fixed time in it."""
    pattern, fixed = _STAMPS[kind]
    return re.sub(pattern, fixed, raw, count=_TIMES)


def undated_workbook(raw: bytes) -> bytes:
    """The same workbook with a fixed time in its properties and on each of its parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            part = zipfile.ZipInfo(info.filename, _EPOCH)
            part.compress_type = zipfile.ZIP_DEFLATED
            part.create_system = 3  # the same on every system
            part.external_attr = 0o600 << 16
            content = old.read(info)
            same = info.filename != _PROPERTIES
            new.writestr(part, content if same else undated(content, _PROPERTIES))
    return out.getvalue()
