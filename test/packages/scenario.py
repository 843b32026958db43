"""What a user of `sightline-client` does: `scenario.py <sync|async> <url> <key> <images…>`."""

from __future__ import annotations

import asyncio
import inspect
import json
import sys
from pathlib import Path
from typing import Any

from sightline_client import AsyncSightlineClient, ServiceProblem, SightlineClient

END = "dev.sightline.job.succeeded"


async def now(value: Any) -> Any:
    """The value of a method, whether it is awaited or not."""
    return await value if inspect.isawaitable(value) else value


async def all_of(items: Any, is_last: Any = lambda _: False) -> list[Any]:
    """The items of an iterator of either kind, up to the last."""
    found = []
    if hasattr(items, "__aiter__"):
        async for item in items:
            found.append(item)
            if is_last(item):
                break
    else:
        for item in items:
            found.append(item)
            if is_last(item):
                break
    return found


async def scenario(client: Any, paths: list[str]) -> dict[str, Any]:
    receipts = (await now(client.process(paths)))["images"]
    drawing = await now(client.annotate(Path(paths[0])))

    job = await now(client.jobs.create(paths[:1], execute=False, labels=["made:in-python"]))
    await now(client.jobs.add(job["id"], paths[1:]))
    await now(client.jobs.execute(job["id"]))
    job = await now(client.jobs.finished(job["id"]))
    images = await all_of(client.jobs.results(job["id"]))
    listed = [one["id"] for one in await all_of(client.jobs.list(labels=["made:in-python"]))]

    def is_end(event: Any) -> bool:
        return bool(event["type"] == END)

    events = await all_of(client.events(job_id=job["id"]), is_end)
    resumed = await all_of(client.events(job_id=job["id"], after=events[1]["sequence"]), is_end)

    models = await now(client.models())
    can_encode = any(model["name"] == "face-encoding" and model["state"] == "ready" for model in models)
    visitor = await now(client.open_session())
    encodings = await encodings_of(client, visitor, paths) if can_encode else None
    await now(visitor.session.erase())
    left = (await now(visitor.session.summary()))["image_encodings"]
    owner = (await now(visitor.who_am_i()))["owner"]

    await now(client.jobs.delete(job["id"]))
    try:
        await now(client.jobs.get(job["id"]))
        refusal = None
    except ServiceProblem as error:
        refusal = [error.status, error.code, error.problem["title"] if error.problem else None]
    return {
        "faces": [image["faces"] for image in receipts],
        "drawing": drawing[1:4].decode(),
        "state": job["state"],
        "results": [{"fileName": image["fileName"], "faces": image["result"]["faces"]} for image in images],
        "isListed": job["id"] in listed,
        "types": [event["type"] for event in events],
        "isResumed": resumed == events[2:],
        "encodings": encodings,
        "left": left,
        "models": [model["name"] for model in models],
        "hasOwner": owner is not None,
        "refusal": refusal,
    }


async def encodings_of(client: Any, visitor: Any, paths: list[str]) -> dict[str, Any]:
    """What sessions and collections are for."""
    first, second, *_ = paths
    encoding = (await now(visitor.session.encode(first)))["faces"][0]["encoding"]
    summary = (await now(visitor.session.summary()))["image_encodings"]
    await now(client.collections.create("people"))
    await now(client.collections.add("people", first, "image"))
    added = await now(client.collections.add("people", encoding, "encoding"))
    found = [
        await now(client.collections.search("people", first, 1)),
        await now(client.collections.search("people", encoding)),
    ]
    await now(client.collections.remove_face("people", added["id"]))
    left = (await now(client.collections.get("people")))["faces"]
    compared = [await now(visitor.compare(first, encoding)), await now(visitor.compare(first, second))]
    await now(client.collections.delete("people"))
    return {
        "isSummarised": summary[0]["faces"][0]["encoding"] == encoding,
        "found": [len(one["items"]) for one in found],
        "label": added["label"],
        "left": left,
        "areSame": [one["samePerson"] for one in compared],
        "collections": await now(client.collections.list()),
    }


async def main(kind: str, url: str, key: str, *paths: str) -> dict[str, Any]:
    if kind == "sync":
        with SightlineClient(url, key) as client:
            return await scenario(client, list(paths))
    async with AsyncSightlineClient(url, key) as client:
        return await scenario(client, list(paths))


if __name__ == "__main__":
    print(json.dumps(asyncio.run(main(*sys.argv[1:]))))
