"""Common parts of all requests: the address, the key, and retries."""

from __future__ import annotations

import re
from collections.abc import Iterator, Callable, Mapping
from contextlib import ExitStack
from typing import Any
from weakref import WeakSet

import time
import httpx

from .._retry import Patience
from .._version import __version__
from ..errors import ServiceProblem, ServiceUnreachable, SightlineError
from ..images import Images, form_of, images_of, may_repeat

PAGE = 1000
"""Items per request when a list is read to its end."""

# Characters that the value of a header may have.
_SENDABLE = re.compile(r"[\t\x20-\x7e]*")

# Sent in place of a form without parts: httpx would send no body, and the service would refuse the body's type.
_EMPTY_FORM = b"--sightline--\r\n"
_EMPTY_FORM_TYPE = {"Content-Type": "multipart/form-data; boundary=sightline"}

# HTTP clients that have got an answer. After a lost connection, only these retry, because another address may be wrong.
# Clients with different keys share an HTTP client, whose connection the service may close when another one uses it.
_reached: WeakSet[httpx.Client] = WeakSet()


class Connection:
    def __init__(self, http: httpx.Client, key: str | None, patience_seconds: float) -> None:
        # Checked here because a request would fail with an error of another package, which may show the key.
        if key is not None and not _SENDABLE.fullmatch(key.strip()):
            raise SightlineError("The key has a character that cannot be sent, such as a line break.")
        self.http = http
        self.key = key
        self.patience_seconds = patience_seconds

    @property
    def headers(self) -> dict[str, str]:
        agent = {"User-Agent": f"sightline-client/{__version__} (Python)"}
        # A key that was read from a file often ends with a line break, which a header cannot have.
        return agent if self.key is None else {**agent, "x-api-key": self.key.strip()}

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        images: Images | None = None,
        json: object | None = None,
        is_idempotent: bool = True,
    ) -> httpx.Response:
        """
        Sends a request until it is answered. Values of the query that are None are left out.

        `is_idempotent` says that the request may be sent again if its answer was lost.
        """
        patience = Patience(self.patience_seconds)
        # A list, as what yields them can be read once, and the request may be sent again.
        listed = None if images is None else images_of(images)
        body = {"content": _EMPTY_FORM} if listed == [] else {"json": json}
        form_type = _EMPTY_FORM_TYPE if listed == [] else {}
        while True:
            try:
                with ExitStack() as files:
                    return self._attempt(
                        method,
                        path,
                        params=_query_of(query or {}),
                        headers={**self.headers, **form_type, **(headers or {})},
                        files=form_of(listed, files) if listed else None,
                        **body,
                    )
            except SightlineError as error:
                pause = patience.pause_after(error, is_idempotent and self.http in _reached)
                if pause is None or not may_repeat(listed or []):
                    raise
                time.sleep(pause)

    def _attempt(self, method: str, path: str, **options: Any) -> httpx.Response:
        try:
            response = self.http.request(method, path, **options)
        except httpx.RequestError as error:
            raise ServiceUnreachable(f"No answer from {self.http.base_url}: {error or repr(error)}.") from error
        _reached.add(self.http)
        if response.is_success:
            return response
        raise ServiceProblem(response)

    def json(self, method: str, path: str, **options: Any) -> Any:
        """The body of the answer. Options are those of `send`."""
        response = self.send(method, path, **options)
        try:
            return response.json()
        except ValueError as error:
            raise ServiceUnreachable(f"What answers at {self.http.base_url} is not Sightline.") from error


def items_of(fetch: Callable[[str | None], Any]) -> Iterator[Any]:
    """The items of a list, fetched page by page. `fetch` takes the cursor."""
    cursor: str | None = None
    while True:
        page = fetch(cursor)
        for item in page["items"]:
            yield item
        cursor = page.get("nextCursor")
        if cursor is None:
            return


def _query_of(values: Mapping[str, Any]) -> dict[str, str]:
    def text(value: Any) -> str:
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, (list, tuple)):
            return ",".join(map(str, value))
        return str(value)

    return {name: text(value) for name, value in values.items() if value is not None}
