"""The client of the public HTTP API."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Sequence
from types import TracebackType
from typing import Any, cast

import httpx

from .._paths import segment
from ..errors import ServiceUnreachable
from ..images import FaceInput, ImageFile, Images
from ..types import AnalysisResult, CloudEvent, Comparison, EventPage, Model, ProcessResult, WhoAmI
from .administration import AsyncAdministration
from .collections import AsyncCollections, compare
from .connection import AsyncConnection
from .events import follow_events
from .jobs import AsyncJobs
from .keys import AsyncKeys
from .session import AsyncSession
from .uploads import AsyncUploads
from .webhooks import AsyncWebhookDeliveries, AsyncWebhookSecrets

_CONNECT_SECONDS = 10.0


class AsyncSightlineClient(AsyncAdministration):
    """
    All methods raise ServiceProblem if the service refuses, ServiceUnreachable if it does not answer. While it is at
    capacity, or if the connection is lost, requests are sent again, unless that could have an effect twice. An id or a
    name that cannot be part of an address, such as `..`, is refused with a SightlineError.
    """

    def __init__(
        self,
        url: str,
        key: str | None = None,
        *,
        patience_seconds: float = 60.0,
        timeout_seconds: float = 300.0,
        http: httpx.AsyncClient | None = None,
    ) -> None:
        """
        `patience_seconds` is how long to keep trying while the service is at capacity or unreachable,
        `timeout_seconds` how long to wait for the next part of an answer. `http` is used in place of a new client, with
        its base URL, its timeouts and its proxies.

        Raises ServiceUnreachable if the address cannot be read, SightlineError if the key cannot be sent.
        """
        self._owns_http = http is None
        timeout = httpx.Timeout(timeout_seconds, connect=_CONNECT_SECONDS)
        self._http = http or httpx.AsyncClient(base_url=_base_of(url), timeout=timeout)
        self._patience_seconds = patience_seconds
        self._set_key(key)

    def _set_key(self, key: str | None) -> None:
        self.key = key
        self._connection = AsyncConnection(self._http, key, self._patience_seconds)
        self.jobs = AsyncJobs(self._connection)
        self.session = AsyncSession(self._connection)
        self.collections = AsyncCollections(self._connection)
        self.uploads = AsyncUploads(self._connection)
        self.keys = AsyncKeys(self._connection)
        self.webhook_secrets = AsyncWebhookSecrets(self._connection)
        self.webhook_deliveries = AsyncWebhookDeliveries(self._connection)

    def with_key(self, key: str | None) -> AsyncSightlineClient:
        """A client with another key, which shares the connections of this one and is closed with it."""
        url = str(self._http.base_url)
        return AsyncSightlineClient(url, key, patience_seconds=self._patience_seconds, http=self._http)

    async def __aenter__(self) -> AsyncSightlineClient:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """Closes the connections, unless they are those of another client."""
        if self._owns_http:
            await self._http.aclose()

    async def process(
        self,
        images: Images,
        *,
        scale_factor: float | None = None,
        min_neighbors: int | None = None,
        min_size: int | None = None,
    ) -> ProcessResult:
        """A receipt for each image, in order, with its faces or its problem."""
        query = {"scaleFactor": scale_factor, "minNeighbors": min_neighbors, "minSize": min_size}
        return cast(ProcessResult, await self._connection.json("POST", "/process", query=query, images=images))

    async def analyse(
        self,
        images: Images,
        models: Sequence[str],
        *,
        scale_factor: float | None = None,
        min_neighbors: int | None = None,
        min_size: int | None = None,
        score_threshold: float | None = None,
        top_k: int | None = None,
    ) -> AnalysisResult:
        """A receipt for each image, in order, with the results of the models or its problem."""
        query = {
            "models": models,
            "scaleFactor": scale_factor,
            "minNeighbors": min_neighbors,
            "minSize": min_size,
            "scoreThreshold": score_threshold,
            "topK": top_k,
        }
        return cast(AnalysisResult, await self._connection.json("POST", "/process", query=query, images=images))

    async def annotate(self, image: ImageFile, *, models: Sequence[str] | None = None) -> bytes:
        """The image with its results drawn in, as PNG."""
        query = {"models": models}
        headers = {"Accept": "image/png"}
        response = await self._connection.send("POST", "/process", query=query, headers=headers, images=[image])
        return response.content

    async def events_page(
        self,
        *,
        after: int | str | None = None,
        job_id: str | None = None,
        limit: int | None = None,
        wait: int | None = None,
    ) -> EventPage:
        """A page of the events of all jobs or of one, in order. Waits up to `wait` seconds for the first event."""
        query = {"after": after, "limit": limit, "wait": wait}
        return cast(EventPage, await self._connection.json("GET", _events_path(job_id), query=query))

    def events(
        self,
        *,
        after: int | str = 0,
        job_id: str | None = None,
        on_lost: Callable[[Exception], None] | None = None,
        on_reset: Callable[[str], None] | None = None,
    ) -> AsyncGenerator[CloudEvent, None]:
        """
        Events of all jobs, or of one, after a sequence or a position with its mark, as they happen and without an end.
        A lost connection is opened again; `on_lost` is called once for each. `on_reset` is called, with a sentence,
        when the log turns out to be restored from a backup; all of its events follow.
        """
        return follow_events(self._connection, _events_path(job_id), str(after), on_lost, on_reset)

    async def open_session(self) -> AsyncSightlineClient:
        """A client with the key of a new session, whose `key` can be stored."""
        answer: Any = await self._connection.json("POST", "/session", is_idempotent=False)
        return self.with_key(answer["key"])

    async def compare(self, first: FaceInput, second: FaceInput) -> Comparison:
        """Compares two faces: how similar they are, and whether they are of the same person."""
        return await compare(self._connection, first, second)

    async def model(self, name: str) -> Model:
        return cast(Model, await self._connection.json("GET", f"/v1/models/{segment(name)}"))

    async def models(self) -> list[Model]:
        return cast("list[Model]", (await self._connection.json("GET", "/v1/models"))["items"])

    async def who_am_i(self) -> WhoAmI:
        """The holder of the client's key."""
        return cast(WhoAmI, await self._connection.json("GET", "/v1/whoami"))


def _base_of(url: str) -> httpx.URL:
    try:
        base = httpx.URL(url.rstrip("/"))
        if base.scheme not in ("http", "https"):
            raise httpx.InvalidURL(f"{url} does not begin with http:// or https://")
        # Encodes the host like the system does when it looks it up.
        base.raw_host.decode("ascii").encode("idna")
    except (httpx.InvalidURL, UnicodeError) as error:
        raise ServiceUnreachable(f"The address cannot be read: {error}.") from error
    return base


def _events_path(job_id: str | None) -> str:
    return "/v1/events" if job_id is None else f"/v1/jobs/{segment(job_id)}/events"
