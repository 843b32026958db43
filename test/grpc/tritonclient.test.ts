/** The real client, PyPI's `tritonclient`, over HTTP and gRPC: both get the same. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pythonPackage } from "../../scripts/python-package.ts";
import { inferenceSettings } from "../support/inference-client.ts";
import type { Json } from "../support/job-client.ts";
import { ADMIN_KEY, KeyClient } from "../support/key-client.ts";
import { modelsDir } from "../support/model-files.ts";
import { freePort, type RunningService, startService } from "../support/service.ts";
import { INSTALL_TIMEOUT_MS } from "../support/time-limits.ts";

const run = promisify(execFile);
const samplePath = join(import.meta.dirname, "../../test-data/samples/chelsea.png");

describe.skipIf(!modelsDir)("tritonclient", () => {
  let service: RunningService;
  const got: Record<string, Json> = {};
  beforeAll(async () => {
    const folder = pythonPackage({ name: "tritonclient[http,grpc]", version: "2.73.0" });
    const grpcPort = await freePort();
    service = await startService({ ...inferenceSettings, AUTH: "keys", ADMIN_KEY, GRPC_PORT: String(grpcPort) });
    const { key } = await new KeyClient(service.url).key({ scopes: ["process", "metrics"] });
    const env = { ...process.env, PYTHONPATH: folder };
    for (const [kind, port] of [
      ["http", new URL(service.url).port],
      ["grpc", grpcPort],
    ] as const) {
      const script = join(import.meta.dirname, "triton.py");
      const { stdout } = await run("python3", [script, kind, `127.0.0.1:${port}`, key, samplePath, "classify"], {
        env,
      });
      got[kind] = JSON.parse(stdout);
    }
  }, INSTALL_TIMEOUT_MS);
  afterAll(() => service?.stop());

  it.each(["http", "grpc"])("finds the server and the model by %s", (kind) => {
    expect(got[kind]).toMatchObject({
      live: true,
      ready: true,
      server: { name: "sightline", extensions: expect.arrayContaining(["statistics"]) },
      modelReady: true,
      metadata: { name: "classify", platform: "onnxruntime_onnx" },
      config: { name: "classify", platform: "onnxruntime_onnx", backend: "onnxruntime" },
    });
    expect(got[kind].index).toContain("classify");
    const { config, metadata } = got[kind];
    expect(config.input.map(({ name }: Json) => name)).toEqual(metadata.inputs.map(({ name }: Json) => name));
    expect(config.output.map(({ name }: Json) => name)).toEqual(metadata.outputs.map(({ name }: Json) => name));
  });

  it.each(["http", "grpc"])("infers images and tensors by %s", (kind) => {
    expect(got[kind]).toMatchObject({ id: "7", order: ["labels", "scores"] });
    expect(got[kind].image.labels[0]).toBe("Egyptian cat");
    expect(got[kind].image.scores).toHaveLength(3);
    expect(got[kind].tensor.output).toHaveLength(1000);
    expect(got[kind].successes).toBeGreaterThanOrEqual(2);
  });

  it("gets the same by both", () => {
    expect(got.grpc.image).toEqual(got.http.image);
    expect(got.grpc.tensor).toEqual(got.http.tensor);
    expect(got.grpc.index).toEqual(got.http.index);
  });

  it.each<[string, string, RegExp]>([
    ["unknown model", "StatusCode.NOT_FOUND", /nothing/],
    ["wrong shape", "StatusCode.INVALID_ARGUMENT", /shape/],
    ["wrong key", "StatusCode.UNAUTHENTICATED", /key/],
    ["no key", "StatusCode.UNAUTHENTICATED", /key/],
    ["sequence", "StatusCode.INVALID_ARGUMENT", /sequence_/],
    ["priority", "StatusCode.INVALID_ARGUMENT", /priority/],
    ["classes", "StatusCode.INVALID_ARGUMENT", /classification/],
    ["shared memory", "StatusCode.UNIMPLEMENTED", /./],
    ["too large", "StatusCode.RESOURCE_EXHAUSTED", /./],
  ])("is refused for: %s", (name, status, message) => {
    expect(got.grpc.refusals[name]).toEqual({ status, message: expect.stringMatching(message) });
    expect(got.http.refusals[name]).toEqual({
      status: expect.stringMatching(/^4\d\d$/),
      message: expect.anything(),
    });
  });

  it("streams: each request is answered in order, and an error is that of its request", () => {
    expect(got.grpc.stream).toEqual(["0", "1", "2", expect.stringContaining("MODEL_NOT_FOUND"), "4", "5"]);
  });
});
