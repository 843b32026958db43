"""The service's events as they happen, each exactly once, even if the connection breaks."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable
from contextlib import aclosing
from typing import Literal, cast

import anyio
import httpx
from httpx_sse import EventSource, SSEError

from ..errors import ServiceProblem, ServiceUnreachable, SightlineError
from ..types import Event
from .connection import AsyncConnection

_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 2.0
# The service sends a heartbeat every 15 seconds; a connection silent for this long is dead.
_SILENCE_SECONDS = 45.0


async def follow_events(
    connection: AsyncConnection,
    path: str,
    after: int,
    on_lost: Callable[[Exception], None] | None,
    on_reset: Callable[[], None] | None,
) -> AsyncGenerator[Event, None]:
    """
    Reads without an end. A lost connection is opened again, with back-off, after the last event that was read. If the
    log has become shorter, for example by the restore of a backup, it is read from its beginning.

    Raises ServiceProblem if the service refuses permanently, ServiceUnreachable if the first connection fails.
    """
    last = after
    was_connected = False
    is_lost = False
    pause = _FIRST_PAUSE_SECONDS
    while True:
        retry_after = 0.0
        try:
            # Closed at once where the caller leaves its loop, not when the collector comes by.
            async with aclosing(_read_once(connection, path, last)) as events:
                async for event in events:
                    if event == "connected":
                        was_connected = True
                        is_lost = False
                    elif event == "reset":
                        last = 0
                        if on_reset:
                            on_reset()
                    else:
                        pause = _FIRST_PAUSE_SECONDS
                        last = int(event["sequence"])
                        yield event
        except SightlineError as error:
            if not was_connected or not _is_passing(error):
                raise
            if on_lost and not is_lost:
                on_lost(error)
            is_lost = True
            if isinstance(error, ServiceProblem):
                retry_after = error.retry_after_seconds or 0.0
        await anyio.sleep(max(pause, retry_after))
        pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)


def _is_passing(error: SightlineError) -> bool:
    if isinstance(error, ServiceProblem):
        return error.status >= 500 or error.retry_after_seconds is not None
    return True


async def _read_once(
    connection: AsyncConnection, path: str, after: int
) -> AsyncGenerator[Event | Literal["connected", "reset"], None]:
    """The events of one connection."""
    headers = {**connection.headers, "Accept": "text/event-stream", "Last-Event-ID": str(after)}
    timeout = httpx.Timeout(10.0, read=_SILENCE_SECONDS)
    last = after
    try:
        async with connection.http.stream("GET", path, headers=headers, timeout=timeout) as response:
            if not response.is_success:
                await response.aread()
                raise ServiceProblem(response)
            yield "connected"
            async for message in EventSource(response).aiter_sse():
                if message.event == "reset":
                    last = 0
                    yield "reset"
                # Events repeated after a reconnection are recognised by their sequence.
                if message.data and message.id.isdigit() and int(message.id) > last:
                    last = int(message.id)
                    yield cast(Event, message.json())
    except (httpx.TransportError, SSEError) as error:
        raise ServiceUnreachable(f"No answer from {connection.http.base_url}: {error or repr(error)}.") from error
