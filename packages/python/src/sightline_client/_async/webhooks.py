"""Webhooks: the secrets of their receivers, and webhooks that were given up."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import cast
from uuid import uuid4

from .._paths import segment
from ..types import CreatedReceiverSecret, Delivery, DeliveryPage, ReceiverSecret
from .connection import PAGE, AsyncConnection, items_of

# `list` is a method of the class below.
_Secrets = list[ReceiverSecret]


class AsyncWebhookSecrets:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    async def rotate(
        self, origin: str, *, overlap_seconds: int | None = None, idempotency_key: str | None = None
    ) -> CreatedReceiverSecret:
        """
        Makes a secret for a receiver, such as `https://example.com`. It is in this answer only. The previous
        secret also signs for `overlap_seconds`. Requests with the same `idempotency_key` make one secret, and get it as
        their answer, so the `idempotency_key` must not be guessable.
        """
        given = {"origin": origin, "overlapSeconds": overlap_seconds}
        body = {field: value for field, value in given.items() if value is not None}
        headers = {"Idempotency-Key": idempotency_key or uuid4().hex}
        answer = await self._connection.json("POST", "/v1/webhook-secrets", headers=headers, json=body)
        return cast(CreatedReceiverSecret, answer)

    async def list(self) -> _Secrets:
        """The receivers that have a secret."""
        return cast(_Secrets, (await self._connection.json("GET", "/v1/webhook-secrets"))["items"])

    async def remove(self, origin: str) -> None:
        query = {"origin": origin}
        await self._connection.send("DELETE", "/v1/webhook-secrets", query=query, is_idempotent=False)


class AsyncWebhookDeliveries:
    def __init__(self, connection: AsyncConnection) -> None:
        self._connection = connection

    def given_up(self) -> AsyncIterator[Delivery]:
        """Webhooks that were given up, fetched page by page."""

        async def fetch(cursor: str | None) -> DeliveryPage:
            query = {"limit": PAGE, "cursor": cursor}
            return cast(DeliveryPage, await self._connection.json("GET", "/v1/webhooks/deliveries", query=query))

        return items_of(fetch)

    async def retry(self, event_id: str) -> Delivery:
        """Sends a webhook again. It is named by the id of its event."""
        path = f"/v1/webhooks/deliveries/{segment(event_id)}/retry"
        return cast(Delivery, await self._connection.json("POST", path, is_idempotent=False))
