"""Prints what the service answered, as JSON: `program.py URL FILE...`."""
import json
import sys
from pathlib import Path

from openapi_client import ApiClient, Configuration, EventsApi, ImagesApi, JobsApi

url, *paths = sys.argv[1:]
# Without it, it sends no body: of several types it takes JSON, for which there is nothing.
FORM = {"_content_type": "multipart/form-data"}
files = [(Path(path).name, Path(path).read_bytes()) for path in paths]
with ApiClient(Configuration(host=url)) as client:
    answer = ImagesApi(client).process(images=files, **FORM)
    jobs = JobsApi(client)
    job = jobs.create_job(images=files, **FORM)
    results = jobs.list_results(job.id, wait=30)
    events = EventsApi(client).list_job_events(job.id)
print(
    json.dumps(
        {
            "faces": [image.faces for image in answer.images],
            "state": results.job_state,
            "results": [image.result.faces for image in results.items],
            "firstEvent": events.items[0].type,
        }
    )
)
