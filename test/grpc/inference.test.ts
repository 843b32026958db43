/** The Open Inference Protocol over gRPC: what its clients send, and the status that each fault has. */
import { once } from "node:events";
import { connect } from "node:http2";
import { type ServiceError, status } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { failureOf, GrpcClient } from "../support/grpc-client.ts";
import { astronautFaces } from "../support/images.ts";
import {
  astronaut,
  base64,
  element,
  InferenceClient,
  imageInput,
  inferenceSettings,
  noise,
} from "../support/inference-client.ts";
import type { Json } from "../support/job-client.ts";
import { ADMIN_KEY, bearer, KeyClient } from "../support/key-client.ts";
import { modelsDir } from "../support/model-files.ts";
import { startOtlpCollector } from "../support/otlp-collector.ts";
import { freePort, type RunningService, startService } from "../support/service.ts";

let service: RunningService;
let collector: Awaited<ReturnType<typeof startOtlpCollector>>;
let grpc: GrpcClient;
let grpcPort: number;
beforeAll(async () => {
  grpcPort = await freePort();
  collector = await startOtlpCollector();
  service = await startService({
    ...inferenceSettings,
    GRPC_PORT: String(grpcPort),
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  });
  grpc = new GrpcClient(grpcPort);
});
afterAll(async () => {
  grpc.close();
  await service.stop();
  await collector.close();
});

const image = { name: "image", datatype: "BYTES", shape: [1] };
const inContents = { inputs: [{ ...image, contents: { bytes_contents: [astronaut] } }] };
const raw = { inputs: [image], raw_input_contents: [element(astronaut)] };
const haar = { model_name: "faces-haar" };

/** Little-endian. */
const int32s = (bytes: Buffer) => Array.from({ length: bytes.length / 4 }, (_, index) => bytes.readInt32LE(4 * index));

describe("an inference", () => {
  it("has its tensors in raw contents if the request has", async () => {
    const answer = await grpc.call("ModelInfer", { ...haar, id: "seven", ...raw });
    expect(answer).toMatchObject({
      ...{ model_name: "faces-haar", model_version: expect.stringContaining("frontalface"), id: "seven" },
      outputs: [{ name: "boxes", datatype: "INT32", shape: [1, 4], contents: null }],
    });
    expect(answer.raw_output_contents.map(int32s)).toEqual([astronautFaces.flat()]);
  });

  it("has them in contents if the request has", async () => {
    const answer = await grpc.call("ModelInfer", { ...haar, ...inContents });
    expect(answer.raw_output_contents).toEqual([]);
    expect(answer.outputs).toMatchObject([
      { name: "boxes", datatype: "INT32", shape: [1, 4], contents: { int_contents: astronautFaces.flat() } },
    ]);
  });

  it("takes options as parameters, whatever their type", async () => {
    for (const minSize of [
      { int64_param: 200 },
      { double_param: 200 },
      { string_param: "200" },
      { uint64_param: 200 },
    ]) {
      const { outputs } = await grpc.call("ModelInfer", { ...haar, ...raw, parameters: { minSize } });
      expect(outputs[0].shape).toEqual([0, 4]);
    }
  });

  it("gives only the outputs that are named", async () => {
    const asked = { ...haar, ...raw, model_version: "", outputs: [{ name: "boxes" }] };
    expect((await grpc.call("ModelInfer", asked)).outputs).toHaveLength(1);
  });
});

describe.skipIf(!modelsDir)("an inference by a network", () => {
  it("gives the same for a tensor in either form, and for an image the same as by HTTP", async () => {
    const tensor = { name: "input", datatype: "FP32", shape: [1, 3, 224, 224] };
    const bytes = Buffer.from(Float32Array.from(noise).buffer);
    const classify = { model_name: "classify" };
    const asRaw = await grpc.call("ModelInfer", { ...classify, inputs: [tensor], raw_input_contents: [bytes] });
    const inputs = [{ ...tensor, contents: { fp32_contents: noise } }];
    const asContents = await grpc.call("ModelInfer", { ...classify, inputs });
    const floats = new Float32Array(new Uint8Array(asRaw.raw_output_contents[0]).buffer);
    expect(asContents.outputs[0].contents.fp32_contents).toEqual(Array.from(floats));
    const byHttp = await new InferenceClient(service.url).infer("classify", { inputs: [imageInput(base64)] });
    const { outputs } = await grpc.call("ModelInfer", { ...classify, ...inContents });
    const labels = outputs.find(({ name }: Json) => name === "labels").contents.bytes_contents;
    expect(labels.map(String)).toEqual(byHttp.body.outputs.find(({ name }: Json) => name === "labels").data);
  });
});

describe("a call that cannot be served", () => {
  it.each<[string, string, object, status, string]>([
    ["is for an unknown model", "ModelInfer", { model_name: "nothing", ...raw }, status.NOT_FOUND, "MODEL_NOT_FOUND"],
    [
      "is for an unknown version",
      "ModelReady",
      { name: "faces-haar", version: "9" },
      status.NOT_FOUND,
      "MODEL_NOT_FOUND",
    ],
    ["names the model by dots", "ModelMetadata", { name: ".." }, status.NOT_FOUND, "MODEL_NOT_FOUND"],
    [
      "names the version by dots",
      "ModelConfig",
      { name: "faces-haar", version: ".." },
      status.NOT_FOUND,
      "MODEL_NOT_FOUND",
    ],
    ["has a path for a name", "ModelMetadata", { name: "a/../../../v1/models" }, status.NOT_FOUND, "MODEL_NOT_FOUND"],
    [
      "has a wrong shape",
      "ModelInfer",
      { ...haar, ...raw, inputs: [{ ...image, shape: [2] }] },
      status.INVALID_ARGUMENT,
      "INVALID_TENSOR",
    ],
    [
      "has another datatype",
      "ModelInfer",
      { ...haar, ...raw, inputs: [{ ...image, datatype: "INT64" }] },
      status.INVALID_ARGUMENT,
      "INVALID_TENSOR",
    ],
    ["has no input", "ModelInfer", haar, status.INVALID_ARGUMENT, "MALFORMED_REQUEST"],
    [
      "has raw contents of no input",
      "ModelInfer",
      { ...haar, ...raw, raw_input_contents: [element(astronaut), element(astronaut)] },
      status.INVALID_ARGUMENT,
      "INVALID_TENSOR",
    ],
    [
      "has both contents and raw contents",
      "ModelInfer",
      { ...haar, ...inContents, raw_input_contents: [element(astronaut)] },
      status.INVALID_ARGUMENT,
      "INVALID_TENSOR",
    ],
    [
      "has contents of another datatype",
      "ModelInfer",
      { ...haar, inputs: [{ ...image, contents: { fp32_contents: [1] } }] },
      status.INVALID_ARGUMENT,
      "INVALID_TENSOR",
    ],
    [
      "has an unknown parameter",
      "ModelInfer",
      { ...haar, ...raw, parameters: { priority: { int64_param: 1 } } },
      status.INVALID_ARGUMENT,
      "INVALID_OPTION",
    ],
    [
      "has a parameter without a value",
      "ModelInfer",
      { ...haar, ...raw, parameters: { minSize: {} } },
      status.INVALID_ARGUMENT,
      "INVALID_OPTION",
    ],
    [
      "has a parameter of HTTP",
      "ModelInfer",
      { ...haar, ...raw, parameters: { binary_data_output: { bool_param: false } } },
      status.INVALID_ARGUMENT,
      "INVALID_OPTION",
    ],
    [
      "asks for classes of an output",
      "ModelInfer",
      { ...haar, ...raw, outputs: [{ name: "boxes", parameters: { classification: { int64_param: 2 } } }] },
      status.INVALID_ARGUMENT,
      "INVALID_OPTION",
    ],
    [
      "has a file that is no image",
      "ModelInfer",
      { ...haar, inputs: [image], raw_input_contents: [element(Buffer.from("no image"))] },
      status.INVALID_ARGUMENT,
      "UNSUPPORTED_MEDIA_TYPE",
    ],
    [
      "names a repository",
      "RepositoryIndex",
      { repository_name: "another" },
      status.INVALID_ARGUMENT,
      "MALFORMED_REQUEST",
    ],
  ])("%s", async (_name, method, message, expected, code) => {
    const failed = await grpc.failureOf(method, message);
    expect(failed).toMatchObject({ status: expected, code });
    expect(failed.details).toMatch(/\.$/);
  });

  it("has a message of more than MAX_JSON_BYTES", async () => {
    const large = { ...haar, inputs: [image], raw_input_contents: [Buffer.alloc(9_000_000)] };
    expect(await grpc.failureOf("ModelInfer", large)).toMatchObject({ status: status.RESOURCE_EXHAUSTED });
  });

  it.each(["SystemSharedMemoryStatus", "CudaSharedMemoryRegister", "TraceSetting", "LogSettings"])(
    "is %s, which is not served",
    async (method) => {
      expect(await grpc.failureOf(method)).toMatchObject({ status: status.UNIMPLEMENTED });
    },
  );
});

describe("a stream", () => {
  it("is answered in order, also where a request fails", async () => {
    const stream = grpc.stream();
    const ids = Array.from({ length: 40 }, (_, index) => String(index));
    for (const id of ids) stream.write({ ...(Number(id) % 7 === 3 ? { model_name: "nothing" } : haar), id, ...raw });
    stream.end();
    const answers: Json[] = [];
    for await (const answer of stream) answers.push(answer);
    expect(answers.map(({ infer_response: { id } }) => id)).toEqual(ids);
    for (const [index, { error_message, infer_response }] of answers.entries())
      if (index % 7 === 3) expect(error_message).toMatch(/^MODEL_NOT_FOUND: .*nothing/);
      else
        expect({ error_message, boxes: int32s(infer_response.raw_output_contents[0]) }).toEqual({
          error_message: "",
          boxes: astronautFaces.flat(),
        });
  });

  it("ends with its deadline, for the service too", async () => {
    const ended = async () => {
      const metrics = await (await fetch(`${service.url}/metrics`)).text();
      const counts = metrics.matchAll(/sightline_rpc_duration_seconds_count\{method="ModelStreamInfer".*\} (\d+)/g);
      return Array.from(counts, ([, count]) => Number(count)).reduce((sum, count) => sum + count, 0);
    };
    const before = await ended();
    const expired = async () => {
      const stream = grpc.stream({}, { deadline: Date.now() + 300 });
      const [error] = (await once(stream, "error")) as [ServiceError];
      expect(error.code).toBe(status.DEADLINE_EXCEEDED);
      return ended();
    };
    // On a slow machine, the deadline may end a stream before the service has heard of it.
    await expect.poll(expired).toBeGreaterThan(before);
  });
});

it("counts calls by method and status, and their requests as those of HTTP", async () => {
  await grpc.call("ModelMetadata", { name: "faces-haar" });
  await grpc.failureOf("ModelMetadata", { name: "nothing" });
  // A call is counted when it has ended, which its client may hear of before.
  const metrics = async () => (await fetch(`${service.url}/metrics`)).text();
  const count = (status: string) =>
    new RegExp(`sightline_rpc_duration_seconds_count\\{method="ModelMetadata",status="${status}"\\} \\d`);
  for (const status of ["OK", "NOT_FOUND"]) await expect.poll(metrics).toMatch(count(status));
  await expect.poll(metrics).toContain('route="/v2/models/:name",status="404"');
});

describe("where keys are needed", () => {
  let guarded: RunningService;
  let keys: KeyClient;
  let client: GrpcClient;
  let port: number;
  beforeAll(async () => {
    port = await freePort();
    guarded = await startService({
      AUTH: "keys",
      ADMIN_KEY,
      GRPC_PORT: String(port),
      PROXY_HOPS: "1",
      FAILED_KEYS_PER_MINUTE: "3",
      LOG_LEVEL: "error",
    });
    keys = new KeyClient(guarded.url);
    client = new GrpcClient(port);
  });
  afterAll(async () => {
    client.close();
    await guarded.stop();
  });
  const of = (key: string) => ({ authorization: `Bearer ${key}` });

  it("a call needs one, but for the state of the server", async () => {
    expect(await client.call("ServerLive")).toEqual({ live: true });
    expect(await client.call("ServerReady")).toEqual({ ready: true });
    expect(await client.call("ServerMetadata")).toMatchObject({ name: "sightline" });
    for (const method of ["ModelInfer", "ModelReady", "ModelStatistics", "RepositoryIndex"])
      expect(await client.failureOf(method)).toMatchObject({ status: status.UNAUTHENTICATED, code: "KEY_REQUIRED" });
    const basic = { authorization: "Basic YTpi", "x-forwarded-for": "203.0.113.1" };
    expect(await client.failureOf("ModelReady", {}, basic)).toMatchObject({
      status: status.UNAUTHENTICATED,
      code: "KEY_INVALID",
    });
  });

  it("a key allows what its scopes say", async () => {
    const { key } = await keys.key({ scopes: ["process"] });
    for (const fields of [of(key), { "x-api-key": key }]) {
      const { outputs } = await client.call("ModelInfer", { ...haar, ...raw }, fields);
      expect(outputs).toHaveLength(1);
    }
    expect(await client.failureOf("ModelStatistics", {}, of(key))).toMatchObject({
      status: status.PERMISSION_DENIED,
      code: "SCOPE_MISSING",
    });
    const { key: other } = await keys.key({ scopes: ["jobs"] });
    expect(await client.failureOf("ModelInfer", { ...haar, ...raw }, of(other))).toMatchObject({
      status: status.PERMISSION_DENIED,
      code: "SCOPE_MISSING",
    });
  });

  it("a key's limit holds for all its calls", async () => {
    const { key } = await keys.key({ scopes: ["process"], limits: { imagesPerMinute: 1 } });
    await client.call("ModelInfer", { ...haar, ...raw }, of(key));
    const refused = await client.failureOf("ModelInfer", { ...haar, ...raw }, of(key));
    expect(refused).toMatchObject({ status: status.RESOURCE_EXHAUSTED, code: "RATE_LIMITED" });
    expect(Number(refused.retryAfter)).toBeGreaterThan(0);
  });

  it("wrong keys are limited by the client's address", async () => {
    const from = (address: string) => ({ ...of(`sl_${address}`), "x-forwarded-for": address });
    const statusFrom = async (address: string) => (await client.failureOf("ModelReady", {}, from(address))).status;
    for (let tries = 0; tries < 3; tries++) expect(await statusFrom("203.0.113.5")).toBe(status.UNAUTHENTICATED);
    expect(await statusFrom("203.0.113.5")).toBe(status.RESOURCE_EXHAUSTED);
    expect(await statusFrom("203.0.113.6")).toBe(status.UNAUTHENTICATED);
  });

  it("a revoked key ends with the next message of a stream", async () => {
    const { key, id } = await keys.key({ scopes: ["process"] });
    const stream = client.stream(of(key));
    const next = async () => {
      stream.write({ ...haar, ...raw });
      return ((await once(stream, "data")) as [Json])[0];
    };
    expect(await next()).toMatchObject({ error_message: "" });
    await keys.revoke(id);
    await expect.poll(next).toMatchObject({ error_message: expect.stringMatching(/^KEY_INVALID/) });
    stream.cancel();
    await once(stream, "error");
  });

  it("nothing of a message is read before its key is known to be right", async () => {
    const session = connect(`http://127.0.0.1:${port}`);
    const stream = session.request({
      ":method": "POST",
      ":path": "/inference.GRPCInferenceService/ModelInfer",
      "content-type": "application/grpc",
      te: "trailers",
    });
    const [trailers] = await once(stream, "trailers");
    const known = { code: "KEY_REQUIRED", "x-request-id": expect.any(String) };
    expect(trailers).toMatchObject({ "grpc-status": String(status.UNAUTHENTICATED), ...known });
    session.destroy();
  });

  it("a call has the request id of its request", async () => {
    const { key } = await keys.key({ scopes: ["process"] });
    const stream = client.stream({ ...bearer(key), ...of(key), "x-request-id": "mine-7" });
    const [metadata] = await once(stream, "metadata");
    expect(metadata.get("x-request-id")).toEqual(["mine-7"]);
    stream.end();
    stream.resume();
    await once(stream, "end");
  });
});

it("is off unless it has a port, and needs one that is free", async () => {
  const taken = startService({ GRPC_PORT: String(grpcPort), LOG_LEVEL: "fatal" });
  await expect(taken).rejects.toThrow("did not get ready");
});

describe("a service that is traced, and then stopped", () => {
  it("has a span of the call around those of its request", async () => {
    const trace = "0123456789abcdef0123456789abcdef";
    await grpc.call("ModelInfer", { ...haar, ...raw }, { traceparent: `00-${trace}-0123456789abcdef-01` });
    const named = (name: string) => collector.spans.find((span) => span.name === name && span.traceId === trace);
    await expect.poll(() => named("POST /v2/models/:name/infer")).toBeDefined();
    await expect.poll(() => named("inference.GRPCInferenceService/ModelInfer")).toBeDefined();
    const call = named("inference.GRPCInferenceService/ModelInfer");
    expect(call?.parentSpanId).toBe("0123456789abcdef");
    expect(named("POST /v2/models/:name/infer")?.parentSpanId).toBe(call?.spanId);
    const attributes = Object.fromEntries(
      (call?.attributes ?? []).map(({ key, value }) => [key, Object.values(value)[0]]),
    );
    expect(attributes).toMatchObject({ "rpc.system": "grpc", "rpc.method": "ModelInfer", "rpc.grpc.status_code": 0 });
  });

  it("answers what is in flight when the service stops, and ends streams then", async () => {
    const stream = grpc.stream();
    const answers: Json[] = [];
    stream.on("data", (answer) => answers.push(answer));
    const ended = once(stream, "error");
    for (const id of ["0", "1", "2"]) stream.write({ ...haar, id, ...raw });
    await once(stream, "data");
    const exit = service.stop();
    const [error] = (await ended) as [ServiceError];
    expect(failureOf(error)).toMatchObject({ status: status.UNAVAILABLE, code: "SHUTTING_DOWN" });
    // Each message that was read is answered; the last may not have been.
    expect(answers.map(({ error_message, infer_response: { id } }) => [id, error_message])).toEqual(
      ["0", "1", "2"].slice(0, answers.length).map((id) => [id, ""]),
    );
    expect(await exit).toBe(0);
  });
});
