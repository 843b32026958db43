"""Collections of faces, which can be searched."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from typing import cast
from uuid import uuid4

from .._paths import segment
from ..images import FaceInput, ImageFile, face_json, is_encoding
from ..types import CollectionFace, CollectionPage, CollectionView, Comparison, FacePage, MatchList
from .connection import PAGE, AsyncConnection, items_of

# `list` is a method of the class below.
_Views = list[CollectionView]
_Faces = list[CollectionFace]


class AsyncCollections:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def create(self, name: str, *, idempotency_key: str | None = None) -> CollectionView:
        """Requests with the same `idempotency_key` create one collection."""
        headers = {"Idempotency-Key": idempotency_key or uuid4().hex}
        answer = await self._connection.json("POST", "/v1/collections", headers=headers, json={"name": name})
        return cast(CollectionView, answer)

    async def list(self) -> _Views:
        """All collections ordered by name, fetched page by page."""

        async def fetch(cursor: str | None) -> CollectionPage:
            query = {"limit": PAGE, "cursor": cursor}
            return cast(CollectionPage, await self._connection.json("GET", "/v1/collections", query=query))

        return [collection async for collection in items_of(fetch)]

    async def get(self, name: str) -> CollectionView:
        return cast(CollectionView, await self._connection.json("GET", _path(name)))

    async def delete(self, name: str) -> None:
        await self._connection.send("DELETE", _path(name), is_idempotent=False)

    async def add(
        self, name: str, face: FaceInput, label: str | None = None, *, idempotency_key: str | None = None
    ) -> CollectionFace:
        """The label is custom text, such as a name."""
        return (await self.add_all(name, [(face, label)], idempotency_key=idempotency_key))[0]

    async def add_all(
        self, name: str, faces: Sequence[tuple[FaceInput, str | None]], *, idempotency_key: str | None = None
    ) -> _Faces:
        """
        Adds up to 1,000 faces with their labels, all or none. Images are held in memory. Requests with the same
        `idempotency_key` add the faces once.
        """
        items = [{**face_json(face), **({} if label is None else {"label": label})} for face, label in faces]
        path = _path(name, "/faces")
        headers = {"Idempotency-Key": idempotency_key or uuid4().hex}
        answer = await self._connection.json("POST", path, headers=headers, json={"faces": items})
        return cast(_Faces, answer["items"])

    def faces(self, name: str) -> AsyncIterator[CollectionFace]:
        """All faces in the order in which they were added, without their encodings, fetched page by page."""

        async def fetch(cursor: str | None) -> FacePage:
            query = {"limit": PAGE, "cursor": cursor}
            return cast(FacePage, await self._connection.json("GET", _path(name, "/faces"), query=query))

        return items_of(fetch)

    async def remove_face(self, name: str, face_id: str) -> None:
        path = _path(name, f"/faces/{segment(face_id)}")
        await self._connection.send("DELETE", path, is_idempotent=False)

    async def search(self, name: str, face: FaceInput, limit: int | None = None) -> MatchList:
        """The faces most similar to the given one, best first. The limit is 1 to 100; 10 by default."""
        path = _path(name, "/search")
        query = {"limit": limit}
        if is_encoding(face):
            answer = await self._connection.json("POST", path, query=query, json=face_json(face))
        else:
            images = [cast(ImageFile, face)]
            answer = await self._connection.json("POST", path, query=query, images=images)
        return cast(MatchList, answer)


async def compare(connection: AsyncConnection, first: FaceInput, second: FaceInput) -> Comparison:
    if is_encoding(first) or is_encoding(second):
        body = {"first": face_json(first), "second": face_json(second)}
        answer = await connection.json("POST", "/v1/compare", json=body)
    else:
        images = [cast(ImageFile, first), cast(ImageFile, second)]
        answer = await connection.json("POST", "/v1/compare", images=images)
    return cast(Comparison, answer)


def _path(name: str, rest: str = "") -> str:
    return f"/v1/collections/{segment(name)}{rest}"
