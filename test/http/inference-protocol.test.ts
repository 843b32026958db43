/** The Open Inference Protocol, by its specification: what clients of it send, and what they must be told. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { astronautFaces, blackPng, sample } from "../support/images.ts";
import {
  astronaut,
  base64,
  element,
  floats,
  InferenceClient,
  imageInput,
  LENGTH,
  noise,
  outputsOf,
} from "../support/inference-client.ts";
import { form } from "../support/job-client.ts";
import { type RunningService, startService } from "../support/service.ts";

let service: RunningService;
let client: InferenceClient;
beforeAll(async () => {
  // Without files of models.
  service = await startService({ LOG_LEVEL: "warn", MAX_JSON_BYTES: "8000000" });
  client = new InferenceClient(service.url);
});
afterAll(() => service.stop());

describe("the server and its models", () => {
  it("are there", async () => {
    expect((await client.get("/v2")).body).toEqual({
      name: "sightline",
      version: expect.any(String),
      extensions: ["binary_tensor_data", "model_configuration", "model_repository", "parameters", "statistics"],
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
    ["/v2/models/nothing/config", "MODEL_NOT_FOUND"],
    ["/v2/models/faces-haar/versions/9/config", "MODEL_NOT_FOUND"],
    ["/v2/models/nothing/stats", "MODEL_NOT_FOUND"],
    ["/v2/repository", "NOT_FOUND"],
  ])("are not at %s, which is said as the protocol and as the service says it", async (path, code) => {
    const { status, body } = await client.get(path);
    expect({ status, body }).toEqual({ status: 404, body: expect.objectContaining({ code, error: body.detail }) });
  });
});

describe("a model", () => {
  it("has a configuration, also by version", async () => {
    const { body } = await client.get("/v2/models/faces-haar/config");
    expect(body).toEqual({
      name: "faces-haar",
      platform: "opencv_cascade",
      backend: "opencv",
      version_policy: { latest: { num_versions: 1 } },
      max_batch_size: 0,
      input: [{ name: "image", data_type: "TYPE_STRING", dims: [1] }],
      output: [{ name: "boxes", data_type: "TYPE_INT32", dims: [-1, 4] }],
    });
    const { versions } = (await client.get("/v2/models/faces-haar")).body;
    expect((await client.get(`/v2/models/faces-haar/versions/${versions[0]}/config`)).body).toEqual(body);
  });

  it("has statistics, which count each image and each failure, by whatever route it came", async () => {
    const read = async () => {
      const { body } = await client.get("/v2/models/faces-haar/stats");
      const [{ inference_stats: stats, ...rest }] = body.model_stats;
      return { stats, ...rest };
    };
    const before = await read();
    await client.infer("faces-haar", { inputs: [imageInput()] });
    await client.post("/process", astronaut, { "Content-Type": "image/png" });
    await client.infer("faces-haar", { inputs: [imageInput(base64.slice(0, 4000))] });
    const after = await read();
    expect(after).toMatchObject({
      inference_count: before.inference_count + 2,
      execution_count: before.execution_count + 2,
      batch_stats: [],
    });
    for (const [name, times] of Object.entries({ success: 2, fail: 1, queue: 2, compute_input: 2, compute_infer: 2 })) {
      expect(after.stats[name].count - before.stats[name].count, name).toBe(times);
      expect(after.stats[name].ns, name).toBeGreaterThan(before.stats[name].ns);
    }
    const { success, queue, compute_input, compute_infer } = after.stats;
    expect(queue.ns + compute_input.ns + compute_infer.ns).toBe(success.ns);
    expect(after.last_inference).toBeGreaterThan(before.last_inference);
    const all = (await client.get("/v2/models/stats")).body.model_stats;
    expect(all.find(({ name }: { name: string }) => name === "faces-haar").inference_count).toBe(after.inference_count);
  });
});

describe("an image", () => {
  it("gives boxes, with the request's id", async () => {
    const { status, body } = await client.infer("faces-haar", { id: "seven", inputs: [imageInput()] });
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
    const response = await client.inferBinary(
      "faces-haar",
      { inputs: [{ name: "image", shape: [1], datatype: "BYTES" }], parameters: { binary_data_output: true } },
      element(astronaut),
    );
    expect(response.headers.get("content-type")).toBe("application/octet-stream");
    expect(await outputsOf(response)).toEqual({ boxes: astronautFaces.flat() });
  });

  it("without a face gives tensors of nothing", async () => {
    const { body } = await client.infer("faces-haar", { inputs: [imageInput(blackPng(200, 200).toString("base64"))] });
    expect(body.outputs).toEqual([{ name: "boxes", datatype: "INT32", shape: [0, 4], data: [] }]);
  });

  it("takes options as parameters", async () => {
    const { body } = await client.infer("faces-haar", { inputs: [imageInput()], parameters: { minSize: 200 } });
    expect(body.outputs[0].shape).toEqual([0, 4]);
  });
});

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
    [
      "asks for an output twice",
      { inputs: [imageInput()], outputs: [{ name: "boxes" }, { name: "boxes" }] },
      400,
      "INVALID_TENSOR",
    ],
    ["has an unknown member", { inputs: [imageInput()], raw: true }, 400, "MALFORMED_REQUEST"],
    ["has a tensor with an unknown member", { inputs: [{ ...imageInput(), raw: true }] }, 400, "MALFORMED_REQUEST"],
    ["has an unknown parameter", { inputs: [imageInput()], parameters: { wow: 1 } }, 400, "INVALID_OPTION"],
    ["has a parameter of other models", { inputs: [imageInput()], parameters: { topK: 3 } }, 400, "INVALID_OPTION"],
    ["has a parameter out of bounds", { inputs: [imageInput()], parameters: { minSize: 1 } }, 400, "INVALID_OPTION"],
    ["is too large", { inputs: [imageInput("A".repeat(8_000_000))] }, 413, "REQUEST_TOO_LARGE"],
  ])("%s", async (_name, request, status, code) => {
    const answer = await client.infer("faces-haar", request);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect({ status: answer.status, body: answer.body }).toMatchObject({ status, body: { code, status } });
    expect(answer.body.error).toBe(answer.body.detail);
  });

  it.each<[string, object]>([
    ["sequence_id", { parameters: { sequence_id: 7, sequence_start: true, sequence_end: false } }],
    ["priority", { parameters: { priority: 1 } }],
    ["timeout", { parameters: { timeout: 1000 } }],
    [
      "shared_memory_region",
      {
        inputs: [
          {
            name: "image",
            shape: [1],
            datatype: "BYTES",
            parameters: { shared_memory_region: "a", binary_data_size: 0 },
          },
        ],
      },
    ],
    ["classification", { outputs: [{ name: "boxes", parameters: { classification: 3 } }] }],
    ["shared_memory_byte_size", { outputs: [{ name: "boxes", parameters: { shared_memory_byte_size: 9 } }] }],
  ])("has the parameter %s of an extension that is not served, which is named", async (name, request) => {
    const { status, body } = await client.infer("faces-haar", { inputs: [imageInput()], ...request });
    expect({ status, body }).toMatchObject({
      status: 400,
      body: { code: "INVALID_OPTION", detail: expect.stringContaining(name) },
    });
  });

  it("is not JSON, is compressed in an unknown way, or is not as long as its header says", async () => {
    const path = "/v2/models/faces-haar/infer";
    expect(await client.post(path, "hello")).toMatchObject({ status: 400, body: { code: "MALFORMED_REQUEST" } });
    for (const [body, type] of [
      [new Uint8Array(astronaut), "image/jpeg"],
      [new Uint8Array(sample("rocket.jpg")), "image/jpeg"],
      [new Uint8Array(astronaut), "application/x-www-form-urlencoded"],
      [form([{ name: "a.jpg", bytes: new Uint8Array(astronaut) }]), undefined],
      [undefined, undefined],
    ] as const)
      expect(await client.post(path, body, type ? { "Content-Type": type } : {})).toMatchObject({
        status: 400,
        body: { code: "MALFORMED_REQUEST", detail: expect.stringContaining(LENGTH) },
      });
    const compressed = await client.postJson(path, {}, { "Content-Encoding": "compress" });
    expect(compressed).toMatchObject({ status: 415, body: { code: "UNSUPPORTED_MEDIA_TYPE" } });
    for (const length of ["3.5", "-1", "x", "1000"])
      expect(await client.postJson(path, { inputs: [imageInput("")] }, { [LENGTH]: length })).toMatchObject({
        status: 400,
        body: { code: "MALFORMED_REQUEST" },
      });
    const request = { inputs: [{ name: "image", shape: [1], datatype: "BYTES" }] };
    for (const tensor of [Buffer.alloc(0), Buffer.from("abc"), Buffer.concat([element(astronaut), Buffer.from("x")])]) {
      const response = await client.inferBinary("faces-haar", request, tensor);
      expect(await response.json()).toMatchObject({ status: 400, code: "INVALID_TENSOR" });
    }
  });

  it("is for a model or a version that is not there", async () => {
    for (const model of ["nothing", "faces-haar/versions/9"])
      expect(await client.infer(model, { inputs: [imageInput()] })).toMatchObject({
        status: 404,
        body: { code: "MODEL_NOT_FOUND", error: expect.any(String) },
      });
  });
});

describe("a model whose files are missing", () => {
  it("is in the index beside those that are ready", async () => {
    const index = async (body: string) => (await client.post("/v2/repository/index", body)).body;
    const ready = { name: "faces-haar", version: expect.any(String), state: "READY", reason: "" };
    const missing = { name: "classify", version: expect.any(String), state: "UNAVAILABLE", reason: /\w+/ };
    expect(await index("")).toEqual(
      expect.arrayContaining([ready, { ...missing, reason: expect.stringMatching(missing.reason) }]),
    );
    expect(await index('{"ready": true}')).toEqual([ready]);
    expect(await index('{"name": "classify"}')).toMatchObject({ status: 400, code: "MALFORMED_REQUEST" });
    expect(await index(`[${"1,".repeat(100)}1]`)).toMatchObject({ status: 413, code: "REQUEST_TOO_LARGE" });
  });

  it("is not served, and says so", async () => {
    const { body } = await client.get("/v2/models/classify");
    expect(body.inputs).toEqual([{ name: "image", datatype: "BYTES", shape: [1] }]);
    const unavailable = { status: 503, body: { code: "MODEL_UNAVAILABLE", error: expect.any(String) } };
    expect(await client.get("/v2/models/classify/ready")).toMatchObject(unavailable);
    for (const input of [imageInput(), { ...floats, data: noise }])
      expect(await client.postJson("/v2/models/classify/infer", { inputs: [input] })).toMatchObject(unavailable);
  });
});
