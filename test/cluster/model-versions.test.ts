/** Detectors that have the same model in different versions, as while they are replaced one after the other. */
import { createHash } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Cluster, startCluster } from "../support/cluster.ts";
import { InferenceClient } from "../support/inference-client.ts";
import { constantNetwork } from "../support/onnx-file.ts";
import { temporaryFolder } from "../support/service.ts";

const VERSIONS = ["1", "2"];
const folders: string[] = [];
let cluster: Cluster;
let client: InferenceClient;

/** A folder with a model that answers with its version. */
function folderOf(version: string): string {
  const folder = temporaryFolder();
  folders.push(folder);
  const written = (name: string, bytes: Buffer) => {
    writeFileSync(join(folder, name), bytes);
    return { name, sha256: createHash("sha256").update(bytes).digest("hex"), bytes: bytes.length };
  };
  const output = { name: "out", shape: [1, 2], values: [Number(version), 0] };
  const network = constantNetwork({ shape: [1, 3, 8, 8] }, [output]);
  const files = { model: written("mine.onnx", network), labels: written("mine.txt", Buffer.from("one\ntwo\n")) };
  const input = { fit: "stretch", width: 8, height: 8, colors: "rgb" };
  const entry = { kind: "classifier", layout: "probabilities", version, licence: "none", quality: [] };
  writeFileSync(join(folder, "mine.json"), JSON.stringify({ models: [{ name: "mine", ...entry, files, input }] }));
  return folder;
}

beforeAll(async () => {
  cluster = await startCluster({ detectors: 0, environment: { LOG_LEVEL: "warn" } });
  for (const folder of VERSIONS.map(folderOf)) {
    const files = { MODELS_DIR: folder, MODELS_MANIFEST: join(folder, "mine.json") };
    await cluster.start("detector", { ...files, MODELS: "mine", THREADS: "1" });
  }
  client = new InferenceClient(cluster.front.url);
}, 60_000);
afterAll(async () => {
  await cluster?.stop();
  for (const folder of folders) rmSync(folder, { recursive: true });
}, 60_000);

it("the answer to a tensor names the version whose network has made it", async () => {
  const input = { name: "input", shape: [1, 3, 8, 8], datatype: "FP32", data: new Array(3 * 8 * 8).fill(0) };
  const answers = [];
  for (let sent = 0; sent < 6; sent++) answers.push(await client.infer("mine", { inputs: [input] }));
  const made = answers.map(({ body }) => String(body.outputs[0].data[0]));
  expect(new Set(made)).toEqual(new Set(VERSIONS));
  expect(answers.map(({ body }) => body.model_version)).toEqual(made);
});

it("a request that names a version is answered by it, or told that it cannot be had for now", async () => {
  const { body: listed } = await client.get("/v2/models/mine");
  const [version] = listed.versions as [string];
  const input = { name: "input", shape: [1, 3, 8, 8], datatype: "FP32", data: new Array(3 * 8 * 8).fill(0) };
  const answers = [];
  for (let sent = 0; sent < 6; sent++)
    answers.push(await client.postJson(`/v2/models/mine/versions/${version}/infer`, { inputs: [input] }));
  const outcomes = answers.map(({ body }) => body.code ?? `${body.model_version} by ${body.outputs[0].data[0]}`);
  expect(new Set(outcomes)).toEqual(new Set([`${version} by ${version}`, "MODEL_UNAVAILABLE"]));
});
