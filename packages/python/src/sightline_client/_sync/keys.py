"""Client keys. All methods need an admin key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import cast
from uuid import uuid4

from .._paths import segment
from ..types import CreatedKey, Key, KeyPage
from .connection import PAGE, Connection, items_of


class Keys:
    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def create(
        self,
        name: str,
        scopes: Sequence[str],
        *,
        expires_at: str | None = None,
        shares_with: str | None = None,
        limits: Mapping[str, int] | None = None,
        idempotency_key: str | None = None,
    ) -> CreatedKey:
        """
        Creates a key. The key itself is in this answer only. `shares_with` is the id of a key with the same owner.
        `limits` may have `requestsPerMinute`, `imagesPerMinute` and `storedBytes`. Requests with the same
        `idempotency_key` create one key, and get it as their answer, so the `idempotency_key` must not be guessable.
        """
        given = {
            "name": name,
            "scopes": list(scopes),
            "expiresAt": expires_at,
            "sharesWith": shares_with,
            "limits": limits,
        }
        body = {field: value for field, value in given.items() if value is not None}
        headers = {"Idempotency-Key": idempotency_key or uuid4().hex}
        return cast(CreatedKey, self._connection.json("POST", "/v1/keys", headers=headers, json=body))

    def list(self) -> Iterator[Key]:
        """All keys, including revoked and expired ones, fetched page by page."""

        def fetch(cursor: str | None) -> KeyPage:
            page = self._connection.json("GET", "/v1/keys", query={"limit": PAGE, "cursor": cursor})
            return cast(KeyPage, page)

        return items_of(fetch)

    def get(self, key_id: str) -> Key:
        return cast(Key, self._connection.json("GET", _path(key_id)))

    def revoke(self, key_id: str) -> None:
        """Invalidates a key, and the sessions that were opened with it."""
        self._connection.send("DELETE", _path(key_id))


def _path(key_id: str) -> str:
    return f"/v1/keys/{segment(key_id)}"
