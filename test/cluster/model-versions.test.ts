/** Detectors that have the same model in different versions, as while they are replaced one after the other. */
import { createHash } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Cluster, startCluster } from "../support/cluster.ts";
import { blackPng } from "../support/images.ts";
import { InferenceClient, imageInput } from "../support/inference-client.ts";
import { badFile, form, type Json } from "../support/job-client.ts";
import { ADMIN_KEY, asAdmin } from "../support/key-client.ts";
import { modelsDir } from "../support/model-files.ts";
import { constantNetwork } from "../support/onnx-file.ts";
import { temporaryFolder } from "../support/service.ts";

const zeros = (length: number) => new Array<number>(length).fill(0);
const VERSIONS = ["1", "2"];
const image = blackPng(8, 8);
const images = [image, blackPng(9, 8)].map((bytes, index) => ({ name: `${index}.png`, bytes }));
const folders: string[] = [];
let cluster: Cluster;
let client: InferenceClient;

/**
 * A folder with two models: `mine` answers with its version, whose network is like that of the other, and `sized` has
 * an input of another size in each version.
 */
function folderOf(version: string, index: number): string {
  const folder = temporaryFolder();
  folders.push(folder);
  const written = (name: string, bytes: Buffer) => {
    writeFileSync(join(folder, name), bytes);
    return { name, sha256: createHash("sha256").update(bytes).digest("hex"), bytes: bytes.length };
  };
  const labels = written("labels.txt", Buffer.from("one\ntwo\n"));
  const output = { name: "out", shape: [1, 2], values: [Number(version), 0] };
  const entry = (name: string, side: number) => ({
    ...{ name, kind: "classifier", layout: "logits", licence: "none", quality: [] },
    input: { fit: "stretch", width: side, height: side, colors: "rgb" },
    files: { model: written(`${name}.onnx`, constantNetwork({ shape: [1, 3, side, side] }, [output])), labels },
  });
  const mine = { ...entry("mine", 8), version };
  const sized = { ...entry("sized", 8 + index), version: `of-${8 + index}` };
  // Not served: `MODELS` names the default, which comes after it.
  const first = { ...entry("former", 8), name: "mine", version: "1" };
  const models = [...(version === "1" ? [] : [first]), mine, sized];
  writeFileSync(join(folder, "mine.json"), JSON.stringify({ models }));
  return folder;
}

beforeAll(async () => {
  cluster = await startCluster({
    services: "api,jobs,events,keys",
    detectors: 0,
    environment: { LOG_LEVEL: "warn", AUTH: "off", ADMIN_KEY },
  });
  for (const folder of VERSIONS.map(folderOf)) {
    const files = { MODELS_DIR: folder, MODELS_MANIFEST: join(folder, "mine.json") };
    await cluster.start("detector", { ...files, MODELS: "mine,sized", THREADS: "1" });
  }
  client = new InferenceClient(cluster.front.url);
});
afterAll(async () => {
  await cluster?.stop();
  for (const folder of folders) rmSync(folder, { recursive: true });
});

it("the answer to a tensor names the version whose network has made it", async () => {
  const input = { name: "input", shape: [1, 3, 8, 8], datatype: "FP32", data: zeros(3 * 8 * 8) };
  const answers = [];
  for (let sent = 0; sent < 6; sent++) answers.push(await client.infer("mine", { inputs: [input] }));
  const made = answers.map(({ body }) => String(body.outputs[0].data[0]));
  expect(new Set(made)).toEqual(new Set(VERSIONS));
  expect(answers.map(({ body }) => body.model_version)).toEqual(made);
});

it("a tensor that fits the model as it is described is taken, although others have versions for other tensors", async () => {
  const { inputs, versions } = (await client.get("/v2/models/sized")).body;
  const { shape } = inputs.find(({ name }: Json) => name === "input");
  const tensor = { name: "input", shape, datatype: "FP32", data: zeros(3 * shape[2] * shape[3]) };
  const answers = [];
  for (let sent = 0; sent < 6; sent++) answers.push(await client.infer("sized", { inputs: [tensor] }));
  expect(answers.map(({ body }) => body.detail ?? body.model_version)).toEqual(new Array(6).fill(versions[0]));
});

it("a request that names a version is answered by it", async () => {
  const tensor = { name: "input", shape: [1, 3, 8, 8], datatype: "FP32", data: zeros(3 * 8 * 8) };
  for (const input of [tensor, imageInput(image.toString("base64"))])
    for (const version of VERSIONS) {
      const answers = [];
      for (let sent = 0; sent < 4; sent++)
        answers.push(await client.infer(`mine/versions/${version}`, { inputs: [input] }));
      expect(answers.map(({ body }) => body.code ?? body.model_version)).toEqual(new Array(4).fill(version));
    }
});

it("images of requests and of jobs go to a detector with the version that they name", async () => {
  for (const version of VERSIONS) {
    const models = `mine@${version}`;
    const results = { [models]: expect.objectContaining({ version }) };
    for (let sent = 0; sent < 4; sent++)
      expect(await client.post(`/process?models=${models}`, form(images))).toMatchObject({
        status: 200,
        body: { images: [{ results }, { results }] },
      });
    const { id } = await client.create(images, `?models=${models}`);
    expect(await client.finished(id)).toMatchObject({ state: "succeeded" });
    expect((await client.results(id)).map(({ result }) => result?.results)).toEqual([results, results]);
  }
});

it("each version that a detector has is listed, and ready", async () => {
  const { items } = (await client.get("/v1/models")).body;
  const ready = { state: "ready" };
  expect(items.map(({ name, version, state }: Json) => ({ name, version, state }))).toEqual(
    expect.arrayContaining([
      { name: "mine", version: "2", ...ready },
      { name: "mine@1", version: "1", ...ready },
    ]),
  );
  expect((await client.get("/readyz")).body.models).toEqual({
    ...{ mine: "ready", "mine@1": "ready" },
    ...{ sized: "ready", "sized@of-8": "ready" },
  });
  expect((await client.get("/v2/models/mine")).body.versions).toEqual(["2", "1"]);
  const index = (await client.post("/v2/repository/index", "")).body;
  for (const version of VERSIONS) {
    expect(index).toContainEqual({ name: "mine", version, state: "READY", reason: "" });
    expect((await client.get(`/v1/models/mine@${version}`)).body).toMatchObject({ version, ...ready });
    expect(await client.get(`/v2/models/mine/versions/${version}/ready`)).toMatchObject({ status: 200 });
  }
});

it("a version that no detector has is not found", async () => {
  const notFound = { status: 404, body: { code: "MODEL_NOT_FOUND" } };
  expect(await client.post("/process?models=mine@3", form(images))).toMatchObject(notFound);
  expect(await client.get("/v1/models/mine@3")).toMatchObject(notFound);
  expect(await client.get("/v2/models/mine/versions/3")).toMatchObject({
    ...notFound,
    body: { detail: expect.stringMatching(/^The model mine has no version 3, but (1, 2|2, 1)\.$/) },
  });
});

it("a model that a manifest has may be on a detector that is not connected", async () => {
  for (const path of ["/v1/models/objects", "/v2/models/objects", "/v2/models/objects/ready"])
    expect(await client.get(path)).toMatchObject({ status: 503, body: { code: "NO_DETECTOR" } });
});

it("each version has the statistics of its own work, on whichever detector", async () => {
  const counts = async () => {
    const { model_stats: stats } = (await client.get("/v2/models/stats")).body;
    const entries = stats.map(({ version, inference_stats: { success, fail } }: Json) => [
      version,
      [success.count, fail.count],
    ]);
    return Object.fromEntries(entries) as Record<string, [number, number]>;
  };
  const before = await counts();
  const tensor = { name: "input", shape: [1, 3, 8, 8], datatype: "FP32", data: zeros(3 * 8 * 8) };
  await client.infer("mine/versions/1", { inputs: [tensor] });
  await client.infer("mine/versions/1", { inputs: [imageInput(image.toString("base64"))] });
  await client.post("/process?models=mine@1", form(images));
  await client.post("/process?models=mine@2", form([...images, badFile]));
  const after = await counts();
  const changes = VERSIONS.map((version) =>
    after[version]?.map((count, index) => count - (before[version]?.[index] ?? 0)),
  );
  expect(changes).toEqual([
    [4, 0],
    [2, 1],
  ]);
});

it("a version is unloaded and loaded by its name, whether it is the default of a detector or not loaded there", async () => {
  const change = (how: string) => client.postJson(`/v2/repository/models/mine@1/${how}`, {}, asAdmin);
  const states = async () => {
    const { items } = (await client.get("/v1/models")).body as { items: Json[] };
    return Object.fromEntries(items.map(({ name, state }) => [name, state]));
  };
  const others = { mine: "ready", sized: "ready", "sized@of-8": "ready" };
  const answer = { status: 200, body: { name: "mine", version: "1" } };
  expect(await change("unload")).toMatchObject({
    ...answer,
    body: { state: "UNAVAILABLE", reason: "it was unloaded" },
  });
  await expect.poll(states).toMatchObject({ ...others, "mine@1": "unavailable" });
  expect(await change("load")).toMatchObject({ ...answer, body: { state: "READY" } });
  await expect.poll(states).toMatchObject({ ...others, "mine@1": "ready" });
});

it.skipIf(!modelsDir)("faces are encoded although only one of the detectors has the encoder", async () => {
  await cluster.start("detector", { MODELS_DIR: modelsDir, MODELS: "face-encoding", THREADS: "1" });
  await cluster.start("encodings,collections");
  const encodings = Object.fromEntries(["first", "second"].map((name) => [name, { encoding: [1, ...zeros(127)] }]));
  const answers: string[] = [];
  const compare = async () => {
    const { status, body } = await client.postJson("/v1/compare", encodings);
    answers.push(status === 200 ? "compared" : body.code);
    return answers.at(-1);
  };
  await expect.poll(compare).toBe("compared");
  // Before the gateway knows the node that encodes.
  expect(answers.filter((answer) => answer !== "SERVICE_UNAVAILABLE")).toEqual(["compared"]);
});
