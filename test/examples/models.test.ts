/** The examples of docs/models.md: models added by the manifests that stand there, with networks made here. */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { blackPng, sample } from "../support/images.ts";
import { form, JobClient } from "../support/job-client.ts";
import { constantNetwork } from "../support/onnx-file.ts";
import { startService } from "../support/service.ts";
import { findShared } from "../support/shared-data.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/models.md"), "utf8");
const examples = page.slice(page.indexOf("### Example: "), page.indexOf("### Fields"));
const manifests = Array.from(examples.matchAll(/```json\n(\{\n {2}"models"[\s\S]*?)```/g), ([, text = ""]) =>
  JSON.parse(text),
);
const [, names = ""] = /printf '(.*?)'/.exec(examples) ?? [];

const folder = mkdtempSync(join(tmpdir(), "sightline-example-"));
afterAll(() => rmSync(folder, { recursive: true }));

// One nut, in the middle: x, y, width, height, then the scores of bolt, nut and washer.
const detector = constantNetwork({ shape: [1, 3, 640, 640] }, [
  { name: "output0", shape: [1, 7, 1], values: [320, 320, 80, 40, 0.1, 0.9, 0.2] },
]);
const classifier = constantNetwork({ shape: [1, 3, 224, 224] }, [
  { name: "logits", shape: [1, 2], values: [0, Math.log(3)] },
]);

it("serves the models of the examples", async () => {
  const modelsDir = join(folder, "models");
  mkdirSync(modelsDir);
  const [parts, , fruit] = manifests.map(({ models: [model] }) => model);
  const contents = [
    [parts.files.model, detector],
    [parts.files.labels, Buffer.from(names.replaceAll("\\n", "\n"))],
    [fruit.files.model, classifier],
    [fruit.files.labels, Buffer.from("apple\npear\n")],
  ] as const;
  for (const [file, bytes] of contents) {
    writeFileSync(join(modelsDir, file.name), bytes);
    file.sha256 = createHash("sha256").update(bytes).digest("hex");
    file.bytes = bytes.length;
  }
  const path = join(folder, "my-models.json");
  writeFileSync(path, JSON.stringify({ models: [parts, fruit] }));

  const service = await startService({ MODELS_DIR: modelsDir, MODELS_MANIFEST: path, LOG_LEVEL: "warn" });
  const client = new JobClient(service.url);
  expect((await client.get("/v1/models/parts")).body).toMatchObject({ state: "ready", task: "object-detection" });
  const photo = [{ name: "photo.png", bytes: new Uint8Array(blackPng(320, 160)) }];
  const { body } = await client.post("/process?models=parts,fruit&topK=1", form(photo));
  expect(body.images[0].results).toEqual({
    // Enlarged to 640 × 320, 160 pixels from the top.
    parts: { version: "parts-2026-11", objects: [{ label: "nut", box: [140, 70, 40, 20], score: 0.9 }] },
    fruit: { version: "fruit-1", labels: [{ label: "pear", score: 0.75 }] },
  });
  await service.stop();
});

const { models: faceModels = [] } = manifests[1] ?? {};
const faceFiles: (string | undefined)[] = faceModels.map(({ files }: { files: { model: { name: string } } }) =>
  findShared(join("models", files.model.name)),
);

it.skipIf(faceFiles.includes(undefined))("serves the face detector and the encoder of the example", async () => {
  const path = join(folder, "my-faces.json");
  writeFileSync(path, JSON.stringify({ models: faceModels }));
  const settings = { MODELS_DIR: dirname(faceFiles[0] as string), MODELS_MANIFEST: path, LOG_LEVEL: "warn" };
  const service = await startService(settings);
  const client = new JobClient(service.url);
  const photo = [{ name: "astronaut.png", bytes: sample("astronaut.png") }];
  const { body } = await client.post("/process?models=faces-yunet,faces-yunet-s,face-encoding-s", form(photo));
  const results = body.images[0].results as Record<string, { faces: { box: number[]; encoding?: number[] }[] }>;
  const [known, found, encoded] = ["faces-yunet", "faces-yunet-s", "face-encoding-s"].map(
    (name) => results[name]?.faces,
  );
  expect([known?.length, found?.length, encoded?.length]).toEqual([1, 1, 1]);
  // Two networks of one kind place a face alike, to a tenth of its size.
  const distances = found?.[0]?.box.map((value, at) => Math.abs(value - (known?.[0]?.box[at] as number))) ?? [];
  expect(Math.max(...distances)).toBeLessThan((known?.[0]?.box[2] as number) / 10);
  expect(encoded?.[0]).toMatchObject({ box: found?.[0]?.box, encoding: { length: 128 } });
  await service.stop();
});
