"""What the methods of a client raise."""

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
    """The status of HTTP."""
    code: ProblemCode | Literal["HTTP_ERROR"]
    """Stable, such as `JOB_NOT_FOUND`; `HTTP_ERROR` if a proxy answered instead."""
    problem: Problem | None
    """The whole answer; None if a proxy answered instead."""
    retry_after_seconds: float | None
    """Delay after which the same request may succeed."""

    def __init__(self, response: httpx.Response) -> None:
        """The response must have been read."""
        self.problem = _problem_of(response)
        self.status = response.status_code
        self.code = self.problem["code"] if self.problem else "HTTP_ERROR"
        self.retry_after_seconds = _retry_after_seconds(response)
        reason = _reason_given(response)
        super().__init__(self.problem["detail"] if self.problem else f"{reason} ({self.status}).")

    def __str__(self) -> str:
        return f"{self.args[0]} ({self.code})"

    def __reduce__(self) -> tuple[Any, ...]:
        # Without it, one that a worker process raises could not be read by its parent, which would wait or fail.
        return type(self).__new__, (type(self), *self.args), self.__dict__


class ServiceUnreachable(SightlineError):
    """No answer: the address cannot be read, nothing listens there, the connection broke, or it is not Sightline."""


def _reason_given(response: httpx.Response) -> str:
    """The service never names another address for a request: a proxy does."""
    if response.has_redirect_location:
        return f"The service is at another address: {response.headers['location']}"
    return response.reason_phrase or "No reason given"


def _problem_of(response: httpx.Response) -> Problem | None:
    try:
        body: Any = response.json()
    except ValueError:
        return None
    # A later version of the service may have codes that this one does not know.
    if isinstance(body, dict) and isinstance(body.get("code"), str) and "detail" in body:
        return cast(Problem, body)
    return None


def _retry_after_seconds(response: httpx.Response) -> float | None:
    """RFC 9110, section 10.2.3: seconds or a date."""
    text = response.headers.get("retry-after")
    if text is None:
        return None
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except ValueError:
        return None
