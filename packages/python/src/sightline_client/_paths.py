"""Checks parts of paths."""

from __future__ import annotations

from urllib.parse import quote

from .errors import SightlineError


def segment(name: str) -> str:
    """
    An id or a name as a part of a path.

    Raises SightlineError for one that would make it another path: an empty one, and `.` and `..` (RFC 3986, section
    5.2.4), which cannot be escaped.
    """
    if name in ("", ".", ".."):
        raise SightlineError(f"{name!r} cannot be an id or a name.")
    return quote(name, safe="")
