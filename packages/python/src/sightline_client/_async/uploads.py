"""Images that are encoded one by one, and statistics of all images of jobs."""

from __future__ import annotations

from typing import cast
from uuid import uuid4

from .._paths import segment
from ..images import ImageFile
from ..types import MeanEncoding, Stats, UploadedFile
from .connection import AsyncConnection


class AsyncUploads:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def add(self, image: ImageFile, *, idempotency_key: str | None = None) -> UploadedFile:
        """Stores an image, which is then encoded as a job of one image with the same id."""
        headers = {"Idempotency-Key": idempotency_key or uuid4().hex}
        answer = await self._connection.json("POST", "/uploadfile", headers=headers, images=[image])
        return cast(UploadedFile, answer)

    async def get(self, upload_id: str) -> UploadedFile:
        path = f"/face_encoding/{segment(upload_id)}"
        return cast(UploadedFile, await self._connection.json("GET", path))

    async def statistics(self) -> Stats:
        """Number of images of jobs by state, model and day."""
        return cast(Stats, await self._connection.json("GET", "/stats"))

    async def mean(
        self,
        *,
        since: str | None = None,
        until: str | None = None,
        model: str | None = None,
        version: str | None = None,
    ) -> MeanEncoding:
        """The mean over all faces of all images of jobs that are done, from `since` until before `until`."""
        query = {"from": since, "to": until, "model": model, "version": version}
        return cast(MeanEncoding, await self._connection.json("GET", "/bonus", query=query))
