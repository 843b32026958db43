"""Prints what the service answered, as JSON: `program.py URL FILE...`."""
import json
import sys
from pathlib import Path

from generated import Client
from generated.api.events import list_job_events
from generated.api.images import process
from generated.api.jobs import create_job, list_results
from generated.models import CreateJobFilesBody, ProcessFilesBody
from generated.types import File

url, *paths = sys.argv[1:]


def files():
    return [File(payload=open(path, "rb"), file_name=Path(path).name) for path in paths]


with Client(base_url=url) as client:
    answer = process.sync(client=client, body=ProcessFilesBody(images=files()))
    job = create_job.sync(client=client, body=CreateJobFilesBody(images=files()))
    results = list_results.sync(job.id, client=client, wait=30)
    events = list_job_events.sync(job.id, client=client)
print(
    json.dumps(
        {
            "faces": [image.faces for image in answer.images],
            "state": results.job_state,
            "results": [image.result.faces for image in results.items],
            "firstEvent": events.items[0].type_,
        }
    )
)
