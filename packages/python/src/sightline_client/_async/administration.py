"""For those who run the service: the audit log, erasures, models, nodes. Most of it needs an admin key."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any, Literal, cast

import anyio

from .._paths import segment
from ..types import ActivityOfRange, AuditEntry, AuditPage, Erasure, Node, RepositoryModel, Statistics
from .connection import PAGE, AsyncConnection, items_of

_ERASURE_POLL_SECONDS = 0.5


class AsyncAdministration:
    """Methods of the client."""

    _connection: AsyncConnection

    async def ready(self) -> dict[str, Any]:
        """Readiness, threads and models of the node that answers."""
        return cast("dict[str, Any]", await self._connection.json("GET", "/readyz"))

    async def load_model(self, name: str) -> RepositoryModel:
        """
        Has all detectors load the model, or load it anew from its manifest and files. Requests continue
        meanwhile. If the model cannot be loaded, nothing changes.
        """
        return await self._change_model(name, "load")

    async def unload_model(self, name: str) -> RepositoryModel:
        """Has all detectors unload the model."""
        return await self._change_model(name, "unload")

    async def nodes(self) -> list[Node]:
        """The nodes of the service, and the load of each."""
        return cast("list[Node]", (await self._connection.json("GET", "/v1/nodes"))["items"])

    async def statistics(self) -> Statistics:
        """
        The jobs by state. Covers the jobs of the key's owner or, for those who may read the metrics, all jobs, with the
        queue and the throughput and latency of the last hour.
        """
        return cast(Statistics, await self._connection.json("GET", "/v1/statistics"))

    async def activity(self, span: Literal["hour", "day", "month"] = "hour") -> ActivityOfRange:
        """Throughput and latency over the last hour, day or month."""
        return cast(ActivityOfRange, await self._connection.json("GET", "/v1/activity", query={"range": span}))

    def audit(self) -> AsyncIterator[AuditEntry]:
        """The audit log, newest first, fetched page by page."""

        async def fetch(cursor: str | None) -> AuditPage:
            query = {"limit": PAGE, "cursor": cursor}
            return cast(AuditPage, await self._connection.json("GET", "/v1/audit", query=query))

        return items_of(fetch)

    async def erase(self, *, key: str | None = None, owner: str | None = None) -> Erasure:
        """
        Erases all of an owner: that of a key, given by its id, or by default the client's own. The receipt is returned
        once the erasure has ended. If an answer is lost, erasing the client's own may end with a `ServiceProblem` of
        the code KEY_INVALID: the erasure has erased the key, and goes on.
        """
        given = {"key": key, "owner": owner}
        body = {field: value for field, value in given.items() if value is not None}
        receipt = cast(Erasure, await self._connection.json("POST", "/v1/erasures", json=body))
        while receipt["state"] == "running":
            await anyio.sleep(_ERASURE_POLL_SECONDS)
            receipt = await self.erasure(receipt["id"])
        return receipt

    async def erasure(self, erasure_id: str) -> Erasure:
        """The present receipt of an erasure."""
        return cast(Erasure, await self._connection.json("GET", f"/v1/erasures/{segment(erasure_id)}"))

    async def _change_model(self, name: str, change: str) -> RepositoryModel:
        path = f"/v2/repository/models/{segment(name)}/{change}"
        return cast(RepositoryModel, await self._connection.json("POST", path))
