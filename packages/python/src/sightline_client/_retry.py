"""Decides when a request is sent again. Pure except for the clock."""

from __future__ import annotations

import random
import time

from .errors import ServiceProblem, SightlineError

_FIRST_PAUSE_SECONDS = 0.2
_LONGEST_PAUSE_SECONDS = 5.0
# Statuses by which a proxy says that it got no answer of the service, for example while that is restarted.
_PROXY_FAILURES = (502, 503, 504)


class Patience:
    """The time that is left for one request, from its first attempt on."""

    def __init__(self, seconds: float) -> None:
        self._deadline = time.monotonic() + seconds
        self._pause = _FIRST_PAUSE_SECONDS

    def pause_after(self, error: SightlineError, may_repeat: bool) -> float | None:
        """Seconds to wait before the next attempt; None if there should be none."""
        # With jitter, so that clients do not all try again at the same moment.
        jittered = self._pause * random.uniform(0.75, 1.25)
        self._pause = min(2 * self._pause, _LONGEST_PAUSE_SECONDS)
        if isinstance(error, ServiceProblem) and error.retry_after_seconds is not None:
            seconds = error.retry_after_seconds + jittered / 2
        elif may_repeat and _is_lost(error):
            seconds = jittered
        else:
            return None
        return seconds if time.monotonic() + seconds <= self._deadline else None


def _is_lost(error: SightlineError) -> bool:
    """Whether it is unknown if the request had an effect. A problem of the service itself would say so."""
    if not isinstance(error, ServiceProblem):
        return True
    return error.problem is None and error.status in _PROXY_FAILURES
