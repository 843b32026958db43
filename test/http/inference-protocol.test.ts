/** The Open Inference Protocol, by its specification: what clients of it send, and what they must be told. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { middleSquare, softmax } from "../../lib/vision/models/imagenet-classifier.ts";
import { toPlanes } from "../../lib/vision/models/pixels.ts";
import { astronautFaces, blackPng, sample } from "../support/images.ts";
import { type Answer, form, JobClient, type Json } from "../support/job-client.ts";
import { modelsDir } from "../support/model-files.ts";
import { cv } from "../support/opencv.ts";
import { type RunningService, startService } from "../support/service.ts";

const astronaut = sample("astronaut.png");
const base64 = astronaut.toString("base64");
const imageInput = (data = base64) => ({ name: "image", shape: [1], datatype: "BYTES", data: [data] });
const LENGTH = "Inference-Header-Content-Length";

let service: RunningService;
let client: JobClient;
beforeAll(async () => {
  service = await startService({
    LOG_LEVEL: "warn",
    MAX_JSON_BYTES: "8000000",
    ...(modelsDir && { MODELS_DIR: modelsDir }),
  });
  client = new JobClient(service.url);
});
afterAll(() => service.stop());

const infer = (model: string, request: object): Promise<Answer<Json>> =>
  client.postJson(`/v2/models/${model}/infer`, request);

/** The extension for binary tensors: JSON, its length in a header, and the tensor behind it. */
async function inferBinary(model: string, { inputs: [input], ...rest }: Json, tensor: Buffer) {
  const inputs = [{ ...input, parameters: { binary_data_size: tensor.length } }];
  const json = Buffer.from(JSON.stringify({ inputs, ...rest }));
  return fetch(`${service.url}/v2/models/${model}/infer`, {
    method: "POST",
    headers: { [LENGTH]: String(json.length) },
    body: Buffer.concat([json, tensor]),
  });
}

function element(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(bytes.length);
  return Buffer.concat([length, bytes]);
}

/** The outputs of an answer with binary tensors, as JSON would have them. */
async function outputsOf(response: Response): Promise<Record<string, unknown[]>> {
  const body = Buffer.from(await response.arrayBuffer());
  let at = Number(response.headers.get(LENGTH));
  const { outputs } = JSON.parse(body.subarray(0, at).toString());
  const entries = outputs.map(({ name, datatype, parameters, data }: Json) => {
    if (!parameters) return [name, data];
    const bytes = new Uint8Array(body.subarray(at, at + parameters.binary_data_size));
    at += parameters.binary_data_size;
    const strings: string[] = [];
    const view = Buffer.from(bytes);
    if (datatype === "BYTES")
      for (let from = 0; from < view.length; ) {
        const end = from + 4 + view.readUInt32LE(from);
        strings.push(view.toString("utf8", from + 4, end));
        from = end;
      }
    const Values = datatype === "FP32" ? Float32Array : Int32Array;
    return [name, datatype === "BYTES" ? strings : Array.from(new Values(bytes.buffer))];
  });
  expect(at).toBe(body.length);
  return Object.fromEntries(entries);
}

const namedOutputs = ({ body }: Answer<Json>): Record<string, Json> =>
  Object.fromEntries(body.outputs.map(({ name, ...rest }: Json) => [name, rest]));

describe("the server and its models", () => {
  it("are there", async () => {
    expect((await client.get("/v2")).body).toEqual({
      name: "sightline",
      version: expect.any(String),
      extensions: ["binary_tensor_data"],
    });
    expect((await client.get("/v2/health/live")).body).toEqual({ live: true });
    expect((await client.get("/v2/health/ready")).body).toEqual({ ready: true });
  });

  it("are described by their tensors, also by version", async () => {
    const { body } = await client.get("/v2/models/faces-haar");
    expect(body).toEqual({
      name: "faces-haar",
      versions: [expect.any(String)],
      platform: "opencv_cascade",
      inputs: [{ name: "image", datatype: "BYTES", shape: [1] }],
      outputs: [{ name: "boxes", datatype: "INT32", shape: [-1, 4] }],
    });
    const path = `/v2/models/faces-haar/versions/${body.versions[0]}`;
    expect((await client.get(path)).body).toEqual(body);
    expect((await client.get(`${path}/ready`)).body).toEqual({ name: "faces-haar", ready: true });
    const answer = await client.postJson(`${path}/infer`, { inputs: [imageInput()] });
    expect(answer.body).toMatchObject({ model_version: body.versions[0], outputs: [{ data: astronautFaces.flat() }] });
  });

  it.each([
    ["/v2/models/nothing", "MODEL_NOT_FOUND"],
    ["/v2/models/nothing/ready", "MODEL_NOT_FOUND"],
    ["/v2/models/faces-haar/versions/9", "MODEL_NOT_FOUND"],
    ["/v2/models/faces-haar/versions/9/ready", "MODEL_NOT_FOUND"],
    ["/v2/repository/index", "NOT_FOUND"],
  ])("are not at %s, which is said as the protocol and as the service says it", async (path, code) => {
    const { status, body } = await client.get(path);
    expect({ status, body }).toEqual({ status: 404, body: expect.objectContaining({ code, error: body.detail }) });
  });
});

describe("an image", () => {
  it("gives boxes, with the request's id", async () => {
    const { status, body } = await infer("faces-haar", { id: "seven", inputs: [imageInput()] });
    expect({ status, body }).toEqual({
      status: 200,
      body: {
        id: "seven",
        model_name: "faces-haar",
        model_version: expect.any(String),
        outputs: [{ name: "boxes", datatype: "INT32", shape: [1, 4], data: astronautFaces.flat() }],
      },
    });
  });

  it("gives the same as bytes, in and out", async () => {
    const response = await inferBinary(
      "faces-haar",
      { inputs: [{ name: "image", shape: [1], datatype: "BYTES" }], parameters: { binary_data_output: true } },
      element(astronaut),
    );
    expect(response.headers.get("content-type")).toBe("application/octet-stream");
    expect(await outputsOf(response)).toEqual({ boxes: astronautFaces.flat() });
  });

  it("without a face gives tensors of nothing", async () => {
    const { body } = await infer("faces-haar", { inputs: [imageInput(blackPng(200, 200).toString("base64"))] });
    expect(body.outputs).toEqual([{ name: "boxes", datatype: "INT32", shape: [0, 4], data: [] }]);
  });

  it("takes options as parameters", async () => {
    const { body } = await infer("faces-haar", { inputs: [imageInput()], parameters: { minSize: 200 } });
    expect(body.outputs[0].shape).toEqual([0, 4]);
  });
});

const floats = { name: "input", shape: [1, 3, 224, 224], datatype: "FP32" };
const noise = Array.from({ length: 3 * 224 * 224 }, (_, index) => (index % 7) / 7);

describe("a request that cannot be served", () => {
  it.each<[string, object, number, string]>([
    ["has no inputs", {}, 400, "MALFORMED_REQUEST"],
    ["has two inputs", { inputs: [imageInput(), imageInput()] }, 400, "MALFORMED_REQUEST"],
    ["has an image called otherwise", { inputs: [{ ...imageInput(), name: "img" }] }, 400, "INVALID_TENSOR"],
    ["has a shape of two images", { inputs: [{ ...imageInput(), shape: [2] }] }, 400, "INVALID_TENSOR"],
    ["has two images", { inputs: [{ ...imageInput(), data: [base64, base64] }] }, 400, "INVALID_TENSOR"],
    ["has a number for an image", { inputs: [{ ...imageInput(), data: [7] }] }, 400, "INVALID_TENSOR"],
    ["has a datatype of another world", { inputs: [{ ...imageInput(), datatype: "FP64" }] }, 400, "INVALID_TENSOR"],
    ["has a tensor for a cascade", { inputs: [{ ...floats, data: noise }] }, 400, "INVALID_TENSOR"],
    ["has no data", { inputs: [{ ...imageInput(), data: undefined }] }, 400, "MALFORMED_REQUEST"],
    [
      "speaks of bytes that are not there",
      { inputs: [{ ...imageInput(), data: undefined, parameters: { binary_data_size: 9 } }] },
      400,
      "MALFORMED_REQUEST",
    ],
    ["has an image in no base64", { inputs: [imageInput("äöü")] }, 422, "UNDECODABLE_IMAGE"],
    ["has a file that is no image", { inputs: [imageInput("bm8gaW1hZ2U=")] }, 415, "UNSUPPORTED_MEDIA_TYPE"],
    ["has an empty file", { inputs: [imageInput("")] }, 422, "EMPTY_IMAGE"],
    ["has a truncated image", { inputs: [imageInput(base64.slice(0, 4000))] }, 422, "UNDECODABLE_IMAGE"],
    ["asks for an unknown output", { inputs: [imageInput()], outputs: [{ name: "masks" }] }, 400, "INVALID_TENSOR"],
    ["has an unknown parameter", { inputs: [imageInput()], parameters: { wow: 1 } }, 400, "INVALID_OPTION"],
    ["has a parameter out of bounds", { inputs: [imageInput()], parameters: { minSize: 1 } }, 400, "INVALID_OPTION"],
    ["is too large", { inputs: [imageInput("A".repeat(8_000_000))] }, 413, "REQUEST_TOO_LARGE"],
  ])("%s", async (_name, request, status, code) => {
    const answer = await infer("faces-haar", request);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect({ status: answer.status, body: answer.body }).toMatchObject({ status, body: { code, status } });
    expect(answer.body.error).toBe(answer.body.detail);
  });

  it("is no JSON, is compressed in an unknown way, or is not as long as its header says", async () => {
    const path = "/v2/models/faces-haar/infer";
    expect(await client.post(path, "hello")).toMatchObject({ status: 400, body: { code: "MALFORMED_REQUEST" } });
    const compressed = await client.postJson(path, {}, { "Content-Encoding": "compress" });
    expect(compressed).toMatchObject({ status: 415, body: { code: "UNSUPPORTED_MEDIA_TYPE" } });
    for (const length of ["3.5", "-1", "x", "1000"])
      expect(await client.postJson(path, { inputs: [imageInput("")] }, { [LENGTH]: length })).toMatchObject({
        status: 400,
        body: { code: "MALFORMED_REQUEST" },
      });
    const request = { inputs: [{ name: "image", shape: [1], datatype: "BYTES" }] };
    for (const tensor of [Buffer.alloc(0), Buffer.from("abc"), Buffer.concat([element(astronaut), Buffer.from("x")])]) {
      const response = await inferBinary("faces-haar", request, tensor);
      expect(await response.json()).toMatchObject({ status: 400, code: "INVALID_TENSOR" });
    }
  });

  it("is for a model or a version that is not there", async () => {
    for (const model of ["nothing", "faces-haar/versions/9"])
      expect(await infer(model, { inputs: [imageInput()] })).toMatchObject({
        status: 404,
        body: { code: "MODEL_NOT_FOUND", error: expect.any(String) },
      });
  });

  it("is for a model whose files are missing", async () => {
    const bare = await startService({ LOG_LEVEL: "error" });
    const bareClient = new JobClient(bare.url);
    const { body } = await bareClient.get("/v2/models/classify");
    expect(body.inputs).toEqual([{ name: "image", datatype: "BYTES", shape: [1] }]);
    const unavailable = { status: 503, body: { code: "MODEL_UNAVAILABLE", error: expect.any(String) } };
    expect(await bareClient.get("/v2/models/classify/ready")).toMatchObject(unavailable);
    for (const input of [imageInput(), { ...floats, data: noise }])
      expect(await bareClient.postJson("/v2/models/classify/infer", { inputs: [input] })).toMatchObject(unavailable);
    await bare.stop();
  });
});

describe.skipIf(!modelsDir)("networks", () => {
  const process = async (model: string, query = ""): Promise<Json> => {
    const files = form([{ name: "a.png", bytes: new Uint8Array(astronaut) }]);
    return (await client.post(`/process?models=${model}${query}`, files)).body.images[0].results[model];
  };

  it("find in an image what they find by /process", async () => {
    const { faces } = await process("faces-yunet");
    expect(namedOutputs(await infer("faces-yunet", { inputs: [imageInput()] }))).toEqual({
      boxes: { datatype: "INT32", shape: [1, 4], data: faces[0].box },
      scores: { datatype: "FP32", shape: [1], data: [faces[0].score] },
      landmarks: { datatype: "FP32", shape: [1, 5, 2], data: faces[0].landmarks.flat() },
    });
    const encoded = await process("face-encoding");
    expect(namedOutputs(await infer("face-encoding", { inputs: [imageInput()] })).encodings).toEqual({
      datatype: "FP32",
      shape: [1, 128],
      data: encoded.faces[0].encoding,
    });
    const { labels } = await process("classify", "&topK=3");
    expect(namedOutputs(await infer("classify", { inputs: [imageInput()], parameters: { topK: 3 } }))).toEqual({
      labels: { datatype: "BYTES", shape: [3], data: labels.map(({ label }: Json) => label) },
      scores: { datatype: "FP32", shape: [3], data: labels.map(({ score }: Json) => score) },
    });
    const { objects } = await process("objects");
    const request = {
      inputs: [{ name: "image", shape: [1], datatype: "BYTES" }],
      parameters: { binary_data_output: true },
    };
    expect(await outputsOf(await inferBinary("objects", request, element(astronaut)))).toEqual({
      boxes: objects.flatMap(({ box }: Json) => box),
      labels: objects.map(({ label }: Json) => label),
      scores: objects.map(({ score }: Json) => Math.fround(score)),
    });
  });

  it("take tensors as they are: what `classify` finds in an image comes of its pixels", async () => {
    const color = cv.imdecode(astronaut);
    const { x, y, side } = middleSquare(color.cols, color.rows, 224, 256);
    const square = color.getRegion(new cv.Rect(x, y, side, side)).resize(224, 224, 0, 0, cv.INTER_AREA);
    const [mean, deviation] = [
      [123.675, 116.28, 103.53],
      [58.395, 57.12, 57.375],
    ];
    const planes = toPlanes(square.getData(), 224, 224, { rgb: true, mean, deviation });
    const asBytes = await inferBinary(
      "classify",
      { inputs: [floats], outputs: [{ name: "output", parameters: { binary_data: true } }] },
      Buffer.from(planes.buffer),
    );
    const logits = (await outputsOf(asBytes)).output as number[];
    const { labels } = await process("classify", "&topK=1");
    expect(Math.max(...softmax(logits))).toBeCloseTo(labels[0].score, 5);

    const { body } = await infer("classify", { inputs: [{ ...floats, data: [Array.from(planes)] }] });
    expect(body.outputs).toEqual([{ name: "output", datatype: "FP32", shape: [1, 1000], data: logits }]);
    // A batch: each row as if it were alone.
    const two = await infer("classify", {
      inputs: [{ ...floats, shape: [2, 3, 224, 224], data: [Array.from(planes), noise] }],
    });
    expect(two.body.outputs[0].shape).toEqual([2, 1000]);
    expect(two.body.outputs[0].data.slice(0, 1000)).toEqual(logits);
  });

  it("give all their outputs, of the shapes they say", async () => {
    for (const model of ["faces-yunet", "face-encoding", "objects"]) {
      const { body } = await client.get(`/v2/models/${model}`);
      const [, { name, shape: any }] = body.inputs;
      const shape = any.map((size: number, index: number) => (size === -1 ? [1, 3, 64, 96][index] : size));
      const tensor = Buffer.alloc(4 * shape.reduce((product: number, size: number) => product * size, 1));
      const outputs = body.outputs.filter(
        (output: Json) => !["boxes", "scores", "labels", "landmarks", "encodings"].includes(output.name),
      );
      const response = await inferBinary(model, { inputs: [{ name, datatype: "FP32", shape }] }, tensor);
      expect(response.status).toBe(200);
      const answer = (await response.json()) as Json;
      expect(answer.outputs.map((output: Json) => output.name)).toEqual(outputs.map((output: Json) => output.name));
      for (const [index, { shape: actual, data }] of answer.outputs.entries()) {
        const expected: number[] = outputs[index].shape;
        expect(expected.every((size, at) => size === -1 || size === actual[at])).toBe(true);
        expect(data).toHaveLength(actual.reduce((product: number, size: number) => product * size, 1));
      }
    }
  });

  it.each<[string, string, object]>([
    ["of another size", "classify", { ...floats, shape: [1, 3, 10, 10], data: noise.slice(0, 300) }],
    ["of another rank", "classify", { ...floats, shape: [3, 224, 224], data: noise }],
    ["of nothing", "classify", { ...floats, shape: [0, 3, 224, 224], data: [] }],
    ["with a number too few", "classify", { ...floats, data: noise.slice(1) }],
    ["with text in it", "classify", { ...floats, data: ["a", ...noise.slice(1)] }],
    ["nested too deep", "classify", { ...floats, data: [[[[[noise]]]]] }],
    ["called otherwise", "classify", { ...floats, name: "data", data: noise }],
    ["of integers", "classify", { ...floats, datatype: "INT32", data: noise }],
    [
      "of a batch the network cannot take",
      "objects",
      { name: "images", shape: [2, 3, 416, 416], datatype: "FP32", data: [0] },
    ],
    ["larger than any image", "faces-yunet", { ...floats, shape: [1, 3, 4000, 4000], data: [0] }],
    [
      "the network itself cannot take",
      "faces-yunet",
      { ...floats, shape: [1, 3, 33, 47], data: noise.slice(0, 3 * 33 * 47) },
    ],
  ])("refuse a tensor %s", async (_name, model, input) => {
    const { status, body } = await infer(model, { inputs: [input] });
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { code: "INVALID_TENSOR", error: expect.any(String) },
    });
    expect(await infer(model, { inputs: [imageInput()] })).toMatchObject({ status: 200 });
  });

  it("refuse options that mean nothing to a tensor", async () => {
    const answer = await infer("classify", { inputs: [{ ...floats, data: noise }], parameters: { topK: 3 } });
    expect(answer).toMatchObject({ status: 400, body: { code: "INVALID_OPTION" } });
  });
});
