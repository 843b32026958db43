"""All calls of the Open Inference Protocol by the real tritonclient, over HTTP or gRPC. Prints what it got as JSON.

Usage: triton.py http|grpc ADDRESS KEY IMAGE MODEL
"""

import importlib
import json
import sys

import numpy
from tritonclient.utils import InferenceServerException

kind, address, key, image_path, model = sys.argv[1:]
triton = importlib.import_module(f"tritonclient.{kind}")
client = triton.InferenceServerClient(address)
auth = {"authorization": f"Bearer {key}"}
options = {"headers": auth}
as_json = {**options, "as_json": True} if kind == "grpc" else options
got = {}


def image_input(shape=(1,)):
    data = numpy.array([open(image_path, "rb").read()] * shape[0], dtype=object)
    tensor = triton.InferInput("image", list(shape), "BYTES")
    tensor.set_data_from_numpy(data)
    return tensor


def refusal(call):
    try:
        return {"answer": repr(call())}
    except InferenceServerException as error:
        return {"status": error.status(), "message": error.message()}


def arrays(result, names):
    values = {name: result.as_numpy(name) for name in names}
    return {name: [v.decode() if isinstance(v, bytes) else v for v in value.flatten().tolist()] for name, value in values.items()}


got["live"] = client.is_server_live()
got["ready"] = client.is_server_ready()
got["server"] = client.get_server_metadata(**({"as_json": True} if kind == "grpc" else {}))
got["modelReady"] = client.is_model_ready(model, **options)
got["metadata"] = client.get_model_metadata(model, **as_json)
config = client.get_model_config(model, **as_json)
got["config"] = config["config"] if kind == "grpc" else config
index = client.get_model_repository_index(**as_json)
got["index"] = sorted(entry["name"] for entry in (index["models"] if kind == "grpc" else index))
version = got["metadata"]["versions"][0]

names = ["labels", "scores"]
outputs = [triton.InferRequestedOutput(name) for name in names]
result = client.infer(model, [image_input()], model_version=version, outputs=outputs, request_id="7", parameters={"topK": 3}, headers=auth)
response = result.get_response(as_json=True) if kind == "grpc" else result.get_response()
got["id"] = response["id"]
got["order"] = [output["name"] for output in response["outputs"]]
got["image"] = arrays(result, names)

tensor = triton.InferInput("input", [1, 3, 224, 224], "FP32")
tensor.set_data_from_numpy(numpy.linspace(-1, 1, 3 * 224 * 224, dtype=numpy.float32).reshape(1, 3, 224, 224))
got["tensor"] = arrays(client.infer(model, [tensor], headers=auth), ["output"])

statistics = client.get_inference_statistics(model, **as_json)["model_stats"][0]
got["successes"] = int(statistics["inference_stats"]["success"]["count"])

got["refusals"] = {
    "unknown model": refusal(lambda: client.infer("nothing", [image_input()], headers=auth)),
    "wrong shape": refusal(lambda: client.infer(model, [image_input((2,))], headers=auth)),
    "wrong key": refusal(lambda: client.infer(model, [image_input()], headers={"authorization": "Bearer sl_wrong"})),
    "no key": refusal(lambda: client.get_model_metadata(model)),
    "sequence": refusal(lambda: client.infer(model, [image_input()], sequence_id=7, sequence_start=True, headers=auth)),
    "priority": refusal(lambda: client.infer(model, [image_input()], priority=1, headers=auth)),
    "classes": refusal(lambda: client.infer(model, [image_input()], outputs=[triton.InferRequestedOutput("labels", class_count=2)], headers=auth)),
    "shared memory": refusal(lambda: client.get_system_shared_memory_status(headers=auth)),
}
large = triton.InferInput("input", [1, 3, 2000, 2000], "FP32")
large.set_data_from_numpy(numpy.zeros([1, 3, 2000, 2000], dtype=numpy.float32))
got["refusals"]["too large"] = refusal(lambda: client.infer(model, [large], headers=auth))

if kind == "grpc":
    answers = []
    client.start_stream(lambda result, error: answers.append((result, error)), headers=auth)
    for number in range(6):
        client.async_stream_infer("nothing" if number == 3 else model, [image_input()], request_id=str(number))
    client.stop_stream()
    got["stream"] = [str(error) if error else result.get_response().id for result, error in answers]

print(json.dumps(got))
