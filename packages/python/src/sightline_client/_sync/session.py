"""The session of a client's key: its encoded images and their summary."""

from __future__ import annotations

from typing import cast
from uuid import uuid4

from ..images import ImageFile
from ..types import EncodedPicture, Summary
from .connection import Connection


class Session:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def encode(self, image: ImageFile, *, idempotency_key: str | None = None) -> EncodedPicture:
        """
        Encodes the faces of an image as vectors. A session holds five images with one to six faces each. The same
        image counts again, unless the request has the same `idempotency_key`.
        """
        headers = {"Idempotency-Key": idempotency_key or uuid4().hex}
        answer = self._connection.json("POST", "/encode", headers=headers, images=[image])
        return cast(EncodedPicture, answer)

    def summary(self) -> Summary:
        """The encodings of the session's images, in the order of upload."""
        return cast(Summary, self._connection.json("GET", "/summary"))

    def erase(self) -> None:
        """Erases everything that belongs to the session. The key stays valid."""
        self._connection.send("DELETE", "/session")
