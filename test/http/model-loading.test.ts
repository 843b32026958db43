/** Models that are loaded, loaded anew and unloaded while the service works. */
import { createHash } from "node:crypto";
import { once } from "node:events";
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { status } from "@grpc/grpc-js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sightline } from "../support/command-line.ts";
import { GrpcClient } from "../support/grpc-client.ts";
import { floats, InferenceClient, imageInput, noise } from "../support/inference-client.ts";
import { golden, type Json } from "../support/job-client.ts";
import { ADMIN_KEY, asAdmin } from "../support/key-client.ts";
import { modelsDir } from "../support/model-files.ts";
import { constantNetwork } from "../support/onnx-file.ts";
import { pace } from "../support/pace.ts";
import { answerOf, openPost } from "../support/raw-request.ts";
import { freePort, type RunningService, startService } from "../support/service.ts";

// A small one: it is sent again and again while models change.
const [{ bytes: photo }] = golden as [(typeof golden)[number]];
const base64 = Buffer.from(photo).toString("base64");
const own = JSON.parse(readFileSync("lib/vision/models/manifest.json", "utf8")) as { models: Json[] };

describe.skipIf(!modelsDir)("a service whose models change", () => {
  let folder: string;
  let manifest: string;
  let service: RunningService;
  let client: InferenceClient;
  let grpc: GrpcClient;

  /** A model like `classify`, in some versions. */
  const writeManifest = (...versions: string[]) => {
    const { reference: _reference, ...classify } = own.models.find(({ name }) => name === "classify");
    const models = versions.map((version) => ({ ...classify, name: "mine", version, quality: [] }));
    writeFileSync(manifest, JSON.stringify({ models }));
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "sightline-models-"));
    for (const name of readdirSync(modelsDir as string))
      symlinkSync(join(modelsDir as string, name), join(folder, name));
    manifest = join(folder, "mine.json");
    writeManifest("mine-1");
    const grpcPort = await freePort();
    service = await startService({
      ...{ MODELS_DIR: folder, MODELS_MANIFEST: manifest, MODELS: "faces-haar,classify,mine" },
      ...{ AUTH: "off", ADMIN_KEY, GRPC_PORT: String(grpcPort), LOG_LEVEL: "error" },
    });
    client = new InferenceClient(service.url);
    grpc = new GrpcClient(grpcPort);
  });
  afterAll(async () => {
    grpc?.close();
    await service?.stop();
    rmSync(folder, { recursive: true });
  });

  const change = (name: string, how: "load" | "unload", body: object = {}) =>
    client.postJson(`/v2/repository/models/${name}/${how}`, body, asAdmin);
  const infer = (name: string) => client.infer(name, { inputs: [imageInput(base64)] });
  const stateOf = async (name: string) => (await client.get(`/v1/models/${name}`)).body;

  /** Sends requests, one after the other, until `work` has ended. It gets the answers so far. */
  async function during(work: (answers: Json[]) => Promise<void>, send: () => Promise<Json>): Promise<Json[]> {
    let isOver = false;
    const answers: Json[] = [];
    const client = async () => {
      for (; !isOver; await pace()) answers.push(await send());
    };
    const clients = [client(), client(), client()];
    try {
      await work(answers);
    } finally {
      isOver = true;
      await Promise.all(clients);
    }
    return answers;
  }

  it("loads a model that MODELS does not name, and unloads it, while requests for others go on", async () => {
    expect((await client.get("/v1/models/objects")).status).toBe(404);
    const answers = await during(
      async () => {
        expect(await change("objects", "load")).toMatchObject({
          status: 200,
          body: { name: "objects", state: "READY", reason: "" },
        });
        expect(await infer("objects")).toMatchObject({ status: 200 });
        expect((await client.get("/readyz")).body.models).toMatchObject({ objects: "ready", classify: "ready" });
        expect(await change("objects", "unload")).toMatchObject({
          status: 200,
          body: { state: "UNAVAILABLE", reason: "it was unloaded" },
        });
      },
      async () => [await infer("classify"), await client.post("/process", photo, { "Content-Type": "image/jpeg" })],
    );
    expect(answers.length).toBeGreaterThan(0);
    for (const { status, body } of answers.flat()) expect({ status, body }).toMatchObject({ status: 200 });
    expect(await infer("objects")).toMatchObject({
      status: 503,
      body: { code: "MODEL_UNAVAILABLE", detail: expect.stringContaining("unloaded") },
    });
    expect(await stateOf("objects")).toMatchObject({ state: "unavailable", reason: "it was unloaded" });
    const index = (await client.post("/v2/repository/index", "")).body;
    expect(index).toContainEqual(expect.objectContaining({ name: "objects", state: "UNAVAILABLE" }));
  });

  it("moves to another version without a failed request", async () => {
    const versionsOf = (answers: Json[]) => new Set(answers.map(({ body }) => body.model_version));
    const answers = await during(
      async (sofar) => {
        await expect.poll(() => versionsOf(sofar)).toEqual(new Set(["mine-1"]));
        writeManifest("mine-2");
        expect(await change("mine", "load")).toMatchObject({ status: 200, body: { version: "mine-2" } });
        expect(await infer("mine")).toMatchObject({ status: 200, body: { model_version: "mine-2" } });
        await expect.poll(() => versionsOf(sofar)).toContain("mine-2");
      },
      () => infer("mine"),
    );
    for (const { status, body } of answers) expect({ status, body }).toMatchObject({ status: 200 });
    // Three clients: an answer of the former version may come after the first of the new one, but none after the move.
    expect(versionsOf(answers)).toEqual(new Set(["mine-1", "mine-2"]));
    expect((await client.get("/v2/models/mine")).body.versions).toEqual(["mine-2"]);
    expect(await client.get("/v2/models/mine/versions/mine-1")).toMatchObject({ status: 404 });
  });

  it("serves two versions side by side, by default the last of the manifest", async () => {
    writeManifest("mine-2", "mine-3");
    const answers = await during(
      async () => {
        expect(await change("mine@mine-2", "load")).toMatchObject({
          status: 200,
          body: { name: "mine", version: "mine-2" },
        });
        expect(await change("mine", "load")).toMatchObject({ status: 200, body: { name: "mine", version: "mine-3" } });
      },
      () => infer("mine"),
    );
    for (const { status, body } of answers)
      expect({ status, body }).toMatchObject({ status: 200, body: { model_name: "mine" } });
    expect((await client.get("/v2/models/mine")).body).toMatchObject({ name: "mine", versions: ["mine-3", "mine-2"] });
    expect((await client.get("/v2/models/mine/config")).body.version_policy).toEqual({ latest: { num_versions: 2 } });
    expect(await infer("mine")).toMatchObject({ status: 200, body: { model_version: "mine-3" } });
    for (const version of ["mine-2", "mine-3"]) {
      const path = `mine/versions/${version}`;
      expect(await infer(path)).toMatchObject({ status: 200, body: { model_name: "mine", model_version: version } });
      expect((await client.get(`/v2/models/${path}/ready`)).body).toEqual({ name: "mine", ready: true });
      const { body } = await client.get(`/v2/models/${path}/stats`);
      expect(body.model_stats[0]).toMatchObject({ name: "mine", version, inference_count: expect.any(Number) });
    }
    const { body } = await client.post("/process?models=mine,mine@mine-2", photo, { "Content-Type": "image/jpeg" });
    expect(body.images[0].results).toMatchObject({ mine: { version: "mine-3" }, "mine@mine-2": { version: "mine-2" } });
    expect(await change("mine@mine-2", "unload")).toMatchObject({ status: 200, body: { state: "UNAVAILABLE" } });
    expect(await infer("mine/versions/mine-2")).toMatchObject({ status: 503, body: { code: "MODEL_UNAVAILABLE" } });
    expect(await infer("mine/versions/mine-1")).toMatchObject({ status: 404, body: { code: "MODEL_NOT_FOUND" } });
    expect(await infer("mine")).toMatchObject({ status: 200 });
  });

  it("answers a request that arrives during a move by the version that it names, or by the new default", async () => {
    writeManifest("mine-3");
    await change("mine", "load");
    /** A request whose model is known, and whose body is to be sent. */
    const begun = async (path: string, input: object) => {
      const body = Buffer.from(JSON.stringify({ inputs: [input] }));
      const headers = { Expect: "100-continue", "Content-Length": String(body.length) };
      const socket = await openPost(service.url, `/v2/models/${path}/infer`, headers);
      await once(socket, "data");
      const answer = answerOf(socket);
      const end = () => {
        socket.write(body);
        return answer;
      };
      return { end };
    };
    const image = imageInput(base64);
    const tensor = { ...floats, data: noise };
    const named = [await begun("mine/versions/mine-3", image), await begun("mine/versions/mine-3", tensor)];
    const others = [await begun("mine", image), await begun("mine", tensor)];
    writeManifest("mine-3", "mine-4");
    expect(await change("mine@mine-3", "load")).toMatchObject({ status: 200 });
    for (const { end } of named) expect(await end()).toMatchObject({ status: 200, body: { model_version: "mine-3" } });
    for (const { end } of others) expect(await end()).toMatchObject({ status: 200, body: { model_version: "mine-4" } });
    await change("mine@mine-3", "unload");
    writeManifest("mine-3");
    await change("mine", "load");
  });

  it("goes on with what it has if a model cannot be loaded, and says why", async () => {
    const { name } = own.models.find(({ name }) => name === "classify").files.model;
    const path = join(folder, name);
    const original = readlinkSync(path);
    unlinkSync(path);
    copyFileSync(manifest, path);
    expect(await change("classify", "load")).toMatchObject({
      status: 503,
      body: { code: "MODEL_UNAVAILABLE", detail: expect.stringContaining(name) },
    });
    expect(await infer("classify")).toMatchObject({ status: 200 });
    // Nor is another model loaded if that would cost one that is ready.
    expect(await change("objects", "load")).toMatchObject({
      status: 503,
      body: { code: "MODEL_UNAVAILABLE", detail: expect.stringContaining(name) },
    });
    expect(await infer("classify")).toMatchObject({ status: 200 });
    unlinkSync(path);
    symlinkSync(original, path);
    writeFileSync(manifest, "{");
    expect(await change("classify", "load")).toMatchObject({
      status: 503,
      body: { detail: expect.stringContaining("mine.json") },
    });
    writeManifest("mine-3");
    expect(await change("classify", "load")).toMatchObject({ status: 200 });
  });

  it("does not load another network under the version of the one it serves", async () => {
    const output = { name: "out", shape: [1, 1000], values: Array.from({ length: 1000 }, (_, index) => index) };
    const bytes = constantNetwork({ shape: [1, 3, 224, 224] }, [output]);
    writeFileSync(join(folder, "another.onnx"), bytes);
    const { models } = JSON.parse(readFileSync(manifest, "utf8")) as { models: Json[] };
    const sha256 = createHash("sha256").update(bytes).digest("hex");
    models[0].files.model = { name: "another.onnx", sha256, bytes: bytes.length };
    writeFileSync(manifest, JSON.stringify({ models }));
    // Nor with another model, which reads the whole manifest anew.
    for (const name of ["mine", "classify"])
      expect(await change(name, "load")).toMatchObject({
        status: 503,
        body: { detail: expect.stringMatching(/\bmine\b.*its version is still mine-3: give it a new one\./) },
      });
    expect(await infer("mine")).toMatchObject({ status: 200, body: { model_version: "mine-3" } });
    writeManifest("mine-3");
  });

  it.each<[string, string, "load" | "unload", object, number, string]>([
    ["an unknown model", "nothing", "load", {}, 404, "MODEL_NOT_FOUND"],
    ["the cascade", "faces-haar", "unload", {}, 400, "INVALID_OPTION"],
    ["a configuration of its own", "classify", "load", { parameters: { config: "{}" } }, 400, "MALFORMED_REQUEST"],
    ["its dependents", "classify", "unload", { parameters: { unload_dependents: true } }, 400, "MALFORMED_REQUEST"],
  ])("refuses %s", async (_what, name, how, body, status, code) => {
    expect(await change(name, how, body)).toMatchObject({ status, body: { code } });
  });

  it("says where a model of one's own is described, to who loads one that is not", async () => {
    const { body: loaded } = await change("nothing", "load");
    expect(loaded.detail).toBe(
      "There is no model nothing. A model of your own needs an entry in the file that MODELS_MANIFEST names, a setting of the service's detectors.",
    );
    const { body: unloaded } = await change("nothing", "unload");
    expect(unloaded.detail).toBe("There is no model nothing.");
  });

  it("is not changed without an admin key", async () => {
    expect(await client.postJson("/v2/repository/models/classify/unload", {})).toMatchObject({ status: 401 });
    expect(await grpc.failureOf("RepositoryModelUnload", { model_name: "classify" })).toMatchObject({
      status: status.UNAUTHENTICATED,
    });
    expect(await infer("classify")).toMatchObject({ status: 200 });
  });

  it("is changed by gRPC too, and the audit log has it", async () => {
    const admin = { authorization: `Bearer ${ADMIN_KEY}` };
    expect(
      await grpc.call(
        "RepositoryModelUnload",
        { model_name: "classify", parameters: { unload_dependents: { bool_param: false } } },
        admin,
      ),
    ).toEqual({});
    expect(
      await grpc.failureOf("ModelInfer", {
        model_name: "classify",
        inputs: [{ name: "image", datatype: "BYTES", shape: [1], contents: { bytes_contents: [photo] } }],
      }),
    ).toMatchObject({
      status: status.UNAVAILABLE,
      code: "MODEL_UNAVAILABLE",
    });
    expect(
      await grpc.failureOf("RepositoryModelLoad", { model_name: "classify", repository_name: "another" }, admin),
    ).toMatchObject({ status: status.INVALID_ARGUMENT });
    await grpc.call("RepositoryModelLoad", { model_name: "classify" }, admin);
    expect(await infer("classify")).toMatchObject({ status: 200 });
    const { items } = (await client.get("/v1/audit?limit=1000", asAdmin)).body;
    for (const action of ["model.load", "model.unload"])
      expect(items).toContainEqual(
        expect.objectContaining({ action, object: "classify", status: 200, address: "127.0.0.1" }),
      );
  });

  it("is changed from the command line", async () => {
    const run = (how: string) => sightline(service.url, "models", how, "classify", "--key", ADMIN_KEY);
    expect(await run("unload")).toMatchObject({ code: 0, stdout: "classify is unloaded.\n" });
    expect(await stateOf("classify")).toMatchObject({ state: "unavailable" });
    expect(await run("load")).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^classify is loaded, version \S+\.$/m),
    });
    expect(await infer("classify")).toMatchObject({ status: 200 });
  });

  it("ends the threads of the models that it had before", async () => {
    const threads = () => readdirSync(`/proc/${service.process.pid}/task`).length;
    await change("classify", "load");
    const before = threads();
    for (let round = 0; round < 2; round++) await change("classify", "load");
    await expect.poll(threads).toBeLessThanOrEqual(before);
  });
});

it("loads another network under the version of one that could not be loaded", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sightline-models-"));
  const manifest = join(folder, "mine.json");
  const written = (name: string, bytes: Buffer) => {
    writeFileSync(join(folder, name), bytes);
    return { name, sha256: createHash("sha256").update(bytes).digest("hex"), bytes: bytes.length };
  };
  const write = (network: Buffer) => {
    const files = { model: written("mine.onnx", network), labels: written("mine.txt", Buffer.from("one\ntwo\n")) };
    const input = { fit: "stretch", width: 8, height: 8, colors: "rgb" };
    const entry = { kind: "classifier", layout: "probabilities", version: "1", licence: "none", quality: [] };
    writeFileSync(manifest, JSON.stringify({ models: [{ name: "mine", ...entry, files, input }] }));
  };
  write(Buffer.from("no network"));
  const settings = { MODELS_DIR: folder, MODELS_MANIFEST: manifest, MODELS: "faces-haar,mine", LOG_LEVEL: "fatal" };
  const service = await startService({ ...settings, AUTH: "off", ADMIN_KEY, THREADS: "1" });
  const client = new InferenceClient(service.url);
  expect((await client.get("/v1/models/mine")).body).toMatchObject({ state: "unavailable" });
  write(constantNetwork({ shape: [1, 3, 8, 8] }, [{ name: "out", shape: [1, 2], values: [0.25, 0.75] }]));
  expect(await client.postJson("/v2/repository/models/mine/load", {}, asAdmin)).toMatchObject({
    status: 200,
    body: { state: "READY", version: "1" },
  });
  await service.stop();
  rmSync(folder, { recursive: true });
});
