"""Durable jobs."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Literal, cast
from uuid import uuid4

from .._paths import segment
from ..images import Images, images_of
from ..types import DeadLetter, DeadLetterPage, Job, JobImage, JobPage, ResultsPage
from .connection import PAGE, AsyncConnection, items_of

FINISHED = ("succeeded", "partially_failed", "failed", "cancelled")
# Seconds that one request waits: less than the 30 seconds that many proxies wait for an answer.
_WAIT_SECONDS = 20


class AsyncJobs:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def create(
        self,
        images: Images = (),
        *,
        model: str | None = None,
        models: Sequence[str] | None = None,
        labels: Sequence[str] | None = None,
        priority: int | None = None,
        deadline: str | None = None,
        callback_url: str | None = None,
        callback_mode: Literal["structured", "binary"] | None = None,
        execute: bool | None = None,
        scale_factor: float | None = None,
        min_neighbors: int | None = None,
        min_size: int | None = None,
        score_threshold: float | None = None,
        top_k: int | None = None,
        idempotency_key: str | None = None,
    ) -> Job:
        """
        Creates a job. Answers once the images are stored. The job is executed at once unless `execute` is False.

        Labels are of the form `key:value`, and a value may have commas. Requests with the same `idempotency_key` create
        one job. It lets a request whose answer was lost be sent again, so each call has a new one by default.
        """
        query = {
            "model": model,
            "models": models,
            "labels": _labels_text(labels),
            "priority": priority,
            "deadline": deadline,
            "callbackUrl": callback_url,
            "callbackMode": callback_mode,
            "execute": execute,
            "scaleFactor": scale_factor,
            "minNeighbors": min_neighbors,
            "minSize": min_size,
            "scoreThreshold": score_threshold,
            "topK": top_k,
        }
        headers = {"Idempotency-Key": idempotency_key or uuid4().hex}
        listed = images_of(images)
        if not listed:
            return cast(Job, await self._connection.json("POST", "/v1/jobs", query=query, headers=headers, json={}))
        return cast(Job, await self._connection.json("POST", "/v1/jobs", query=query, headers=headers, images=listed))

    async def add(self, job_id: str, images: Images, *, idempotency_key: str | None = None) -> Job:
        """Adds images to a job in state `created`: all or none of them, and only once per key."""
        headers = {"Idempotency-Key": idempotency_key or uuid4().hex}
        return cast(Job, await self._connection.json("POST", _path(job_id, "/images"), headers=headers, images=images))

    async def get(self, job_id: str) -> Job:
        return cast(Job, await self._connection.json("GET", _path(job_id)))

    async def execute(self, job_id: str) -> Job:
        """Queues a job in state `created`."""
        return await self._change(job_id, "execute")

    async def cancel(self, job_id: str) -> Job:
        """Starts none of the job's remaining images."""
        return await self._change(job_id, "cancel")

    async def retry(self, job_id: str) -> Job:
        """Queues the failed images of a finished job again."""
        return await self._change(job_id, "retry")

    async def delete(self, job_id: str) -> None:
        await self._connection.send("DELETE", _path(job_id), is_idempotent=False)

    def list(
        self,
        *,
        id_prefix: str | None = None,
        state: Sequence[str] | None = None,
        model: str | None = None,
        labels: Sequence[str] | None = None,
        owner: str | None = None,
        created_from: str | None = None,
        created_before: str | None = None,
        sort: str | None = None,
        limit: int = PAGE,
    ) -> AsyncIterator[Job]:
        """
        Jobs, the newest first unless `sort` says otherwise, fetched page by page, `limit` at a time.

        Administrators may name an `owner`; `none` selects jobs without an owner.
        """
        query = {
            "idPrefix": id_prefix,
            "state": state,
            "model": model,
            "labels": _labels_text(labels),
            "owner": owner,
            "createdFrom": created_from,
            "createdBefore": created_before,
            "sort": sort,
            "limit": limit,
        }

        async def fetch(cursor: str | None) -> JobPage:
            page = await self._connection.json("GET", "/v1/jobs", query={**query, "cursor": cursor})
            return cast(JobPage, page)

        return items_of(fetch)

    async def results_page(
        self,
        job_id: str,
        *,
        wait: int | None = None,
        state: str | None = None,
        cursor: str | None = None,
        limit: int | None = None,
    ) -> ResultsPage:
        """A page of a job's images, once the job has finished or `wait` seconds have passed."""
        query = {"wait": wait, "state": state, "cursor": cursor, "limit": limit}
        return cast(ResultsPage, await self._connection.json("GET", _path(job_id, "/results"), query=query))

    def results(self, job_id: str, *, state: str | None = None) -> AsyncIterator[JobImage]:
        """A job's images as they are now, in the order of upload, fetched page by page: all, or those in a state."""

        async def fetch(cursor: str | None) -> ResultsPage:
            return await self.results_page(job_id, state=state, cursor=cursor, limit=PAGE)

        return items_of(fetch)

    async def export(
        self,
        job_id: str,
        *,
        format: Literal["csv", "json"] | None = None,
        state: str | None = None,
    ) -> bytes:
        """All images of a job in one file: comma-separated values by default, or JSON."""
        query = {"format": format, "state": state}
        return (await self._connection.send("GET", _path(job_id, "/export"), query=query)).content

    async def picture(self, job_id: str, index: int) -> bytes:
        """The file of one of the job's images, as it was sent, while the service still has it."""
        return (await self._connection.send("GET", _path(job_id, f"/images/{index}/picture"))).content

    def dead_letters(self) -> AsyncIterator[DeadLetter]:
        """Images of all jobs that ran out of attempts, fetched page by page."""

        async def fetch(cursor: str | None) -> DeadLetterPage:
            page = await self._connection.json("GET", "/v1/dead-letters", query={"limit": PAGE, "cursor": cursor})
            return cast(DeadLetterPage, page)

        return items_of(fetch)

    async def finished(self, job_id: str, on_progress: Callable[[Job], None] | None = None) -> Job:
        """Waits until the job has finished. `on_progress` is called about once a second."""
        while True:
            await self.results_page(job_id, limit=1, wait=1 if on_progress else _WAIT_SECONDS)
            job = await self.get(job_id)
            if on_progress:
                on_progress(job)
            if job["state"] in FINISHED:
                return job

    async def _change(self, job_id: str, action: str) -> Job:
        return cast(Job, await self._connection.json("POST", _path(job_id, f"/{action}"), is_idempotent=False))


def _path(job_id: str, rest: str = "") -> str:
    return f"/v1/jobs/{segment(job_id)}{rest}"


def _labels_text(labels: Sequence[str] | None) -> str | None:
    """The labels as the query has them, where commas separate labels. A text is sent as it is."""
    if labels is None or isinstance(labels, str):
        return labels
    return ",".join(re.sub(r"[\\,]", r"\\\g<0>", label) for label in labels)
