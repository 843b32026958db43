"""
Makes the package `_sync` from `_async`: `python make_sync.py [--check]`. The two differ in words only, so that one is
written and the other follows.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

PACKAGE = Path(__file__).parent / "src" / "sightline_client"
WORDS = (
    (r"async (def|with|for)\b", r"\1"),
    (r"\bawait ", ""),
    (r"\banyio\.sleep\b", "time.sleep"),
    (r"\bimport anyio\b", "import time"),
    (r"\bAwaitable\[(\w+)\]", r"\1"),
    (r", Awaitable, ", ", "),
    (r"\b__a(enter|exit)__\b", r"__\1__"),
    (r"\bAsyncGenerator\[(.+), None\]", r"Generator[\1, None, None]"),
    (r"\bAsyncGenerator\b", "Generator"),
    (r"\bAsync(?=[A-Z])", ""),
    (r"\ba(close|closing|read|iter_sse)\b", r"\1"),
    (
        r"The client with `await`\. `make_sync\.py` makes `_sync` from these files\.",
        "The client without `await`. Made by `make_sync.py`.",
    ),
)


def sync_of(text: str) -> str:
    for pattern, replacement in WORDS:
        text = re.sub(pattern, replacement, text)
    return text


def main() -> int:
    made = {source.name: sync_of(source.read_text()) for source in sorted((PACKAGE / "_async").glob("*.py"))}
    there = {path.name: path.read_text() for path in (PACKAGE / "_sync").glob("*.py")}
    if "--check" in sys.argv:
        if made == there:
            return 0
        print("_sync is not current; run: python packages/python/make_sync.py", file=sys.stderr)
        return 1
    for name in there.keys() - made.keys():
        (PACKAGE / "_sync" / name).unlink()
    for name, text in made.items():
        (PACKAGE / "_sync" / name).write_text(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
