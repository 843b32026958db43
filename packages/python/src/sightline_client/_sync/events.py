"""The service's events as they happen, each exactly once, even if the connection breaks."""

from __future__ import annotations

from collections.abc import Generator, Callable
from contextlib import closing
from dataclasses import dataclass
from typing import Any, Literal, cast

import time
import httpx
from httpx_sse import EventSource

from .._retry import Patience
from ..errors import ServiceProblem, ServiceUnreachable, SightlineError
from ..types import CloudEvent
from .connection import Connection

_FIRST_PAUSE_SECONDS = 0.1
_LONGEST_PAUSE_SECONDS = 2.0
# The service sends a heartbeat every 15 seconds; a connection silent for this long is dead.
_SILENCE_SECONDS = 45.0


def follow_events(
    connection: Connection,
    path: str,
    after: str,
    on_lost: Callable[[Exception], None] | None,
    on_reset: Callable[[str], None] | None,
) -> Generator[CloudEvent, None, None]:
    """
    Reads without an end. A lost connection is opened again, with back-off, after the last event that was read. If the
    log was restored from a backup meanwhile, its events begin again at the first.

    Raises ServiceProblem if the service refuses permanently, or is at capacity for too long before the first
    connection, ServiceUnreachable if the first connection fails.
    """
    position = _Position(after, int(after.partition("-")[0]))
    patience = Patience(connection.patience_seconds)
    was_connected = False
    is_lost = False
    pause = _FIRST_PAUSE_SECONDS
    while True:
        least_pause = 0.0
        try:
            # Closed as soon as the caller leaves its loop, without waiting for the garbage collector.
            with closing(_read_once(connection, path, position, on_reset)) as events:
                for event in events:
                    if event == "connected":
                        was_connected = True
                        is_lost = False
                    else:
                        pause = _FIRST_PAUSE_SECONDS
                        yield event
        except SightlineError as error:
            if was_connected:
                if not _is_passing(error):
                    raise
                if on_lost and not is_lost:
                    on_lost(error)
                is_lost = True
                if isinstance(error, ServiceProblem):
                    least_pause = error.retry_after_seconds or 0.0
            else:
                # Without any answer, the address may be wrong.
                allowed = patience.pause_after(error, isinstance(error, ServiceProblem))
                if allowed is None:
                    raise
                least_pause = allowed
        time.sleep(max(pause, least_pause))
        pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)


def _is_passing(error: SightlineError) -> bool:
    if isinstance(error, ServiceProblem):
        # Only a proxy sends a redirect, for example because its service is away.
        return error.status < 400 or error.status >= 500 or error.retry_after_seconds is not None
    return True


@dataclass
class _Position:
    """The last event that was read: its id in the stream, and its sequence."""

    id: str
    sequence: int


def _read_once(
    connection: Connection,
    path: str,
    position: _Position,
    on_reset: Callable[[str], None] | None,
) -> Generator[CloudEvent | Literal["connected"], None, None]:
    """The events of one connection. Updates the position."""
    headers = {**connection.headers, "Accept": "text/event-stream", "Last-Event-ID": position.id}
    timeout = httpx.Timeout(10.0, read=_SILENCE_SECONDS)
    try:
        with connection.http.stream("GET", path, headers=headers, timeout=timeout) as response:
            if not response.is_success:
                response.read()
                raise ServiceProblem(response)
            if not response.headers.get("content-type", "").startswith("text/event-stream"):
                raise ServiceUnreachable(f"What answers at {connection.http.base_url} is not Sightline.")
            yield "connected"
            for message in EventSource(response).iter_sse():
                if not message.data:  # only `retry`, before the first event
                    continue
                is_reset = message.event == "reset"
                try:
                    content: Any = message.json()
                    detail, sequence = (str(content["detail"]), 0) if is_reset else ("", int(content["sequence"]))
                except (ValueError, KeyError, TypeError) as error:
                    raise ServiceUnreachable(f"What answers at {connection.http.base_url} is not Sightline.") from error
                if is_reset:
                    position.id, position.sequence = message.id, 0
                    if on_reset:
                        on_reset(detail)
                # Events repeated after a reconnection are recognised by their sequence.
                elif sequence > position.sequence:
                    position.id, position.sequence = message.id, sequence
                    yield cast(CloudEvent, content)
    except httpx.RequestError as error:
        raise ServiceUnreachable(f"No answer from {connection.http.base_url}: {error or repr(error)}.") from error
