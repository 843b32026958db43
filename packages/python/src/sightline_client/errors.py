"""Errors that the methods of a client raise."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime
from typing import Any, Literal, cast

import httpx

from .types import Problem, ProblemCode


class SightlineError(Exception):
    """Every error of this package."""


class ServiceProblem(SightlineError):
    """The service refused a request, or failed."""

    status: int
    """HTTP status."""
    code: ProblemCode | Literal["HTTP_ERROR"]
    """Stable code such as `JOB_NOT_FOUND`, or `HTTP_ERROR` if a proxy answered instead."""
    problem: Problem | None
    """The whole answer; None if a proxy answered instead."""
    retry_after_seconds: float | None
    """Delay after which the same request may succeed."""

    def __init__(self, response: httpx.Response) -> None:
        """`response` must have been read."""
        self.problem = _problem_of(response)
        self.status = response.status_code
        self.code = self.problem["code"] if self.problem else "HTTP_ERROR"
        self.retry_after_seconds = _retry_after_seconds(response)
        reason = _reason_given(response)
        super().__init__(self.problem["detail"] if self.problem else f"{reason} ({self.status}).")

    def __str__(self) -> str:
        return f"{self.args[0]} ({self.code})"

    def __reduce__(self) -> tuple[Any, ...]:
        # Makes the error picklable: otherwise the parent of a worker process that raises it would wait or fail.
        return type(self).__new__, (type(self), *self.args), self.__dict__


class ServiceUnreachable(SightlineError):
    """No answer: the address cannot be read, nothing listens there, the connection broke, or it is not Sightline."""


def _reason_given(response: httpx.Response) -> str:
    """The reason in a response without a problem. Redirects come from a proxy, since the service never sends one."""
    if response.has_redirect_location:
        return f"The service is at another address: {response.headers['location']}"
    return response.reason_phrase or "No reason given"


def _problem_of(response: httpx.Response) -> Problem | None:
    try:
        body: Any = response.json()
    except ValueError:
        return None
    # Accepts unknown codes, because a later version of the service may have more.
    if isinstance(body, dict) and isinstance(body.get("code"), str) and "detail" in body:
        return cast(Problem, body)
    return None


def _retry_after_seconds(response: httpx.Response) -> float | None:
    """Seconds of `Retry-After`, which has seconds or a date (RFC 9110, section 10.2.3)."""
    text = response.headers.get("retry-after")
    if text is None:
        return None
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except ValueError:
        return None
