/** The example of docs/models.md: a detector added by the manifest that stands there, with a network made here. */
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { blackPng } from "../support/images.ts";
import { form, JobClient } from "../support/job-client.ts";
import { constantNetwork } from "../support/onnx-file.ts";
import { startService } from "../support/service.ts";

const page = readFileSync(join(import.meta.dirname, "../../docs/models.md"), "utf8");
const example = page.slice(page.indexOf("### Example: "), page.indexOf("### Fields"));
const [, manifest = ""] = /```json\n([\s\S]*?)```/.exec(example) ?? [];
const [, names = ""] = /printf '(.*?)'/.exec(example) ?? [];

it("serves the model of the example", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sightline-example-"));
  const modelsDir = join(folder, "models");
  mkdirSync(modelsDir);
  const content = JSON.parse(manifest);
  const [model] = content.models;
  const labels = names.replaceAll("\\n", "\n");
  // One nut, in the middle: x, y, width, height, then the scores of bolt, nut and washer.
  const output = { name: "output0", shape: [1, 7, 1], values: [320, 320, 80, 40, 0.1, 0.9, 0.2] };
  const network = constantNetwork({ shape: [1, 3, 640, 640] }, [output]);
  for (const [role, bytes] of [
    ["model", network],
    ["labels", Buffer.from(labels)],
  ] as const) {
    const file = model.files[role];
    writeFileSync(join(modelsDir, file.name), bytes);
    file.sha256 = createHash("sha256").update(bytes).digest("hex");
    file.bytes = bytes.length;
  }
  const path = join(folder, "my-models.json");
  writeFileSync(path, JSON.stringify(content));

  const service = await startService({ MODELS_DIR: modelsDir, MODELS_MANIFEST: path, LOG_LEVEL: "warn" });
  const client = new JobClient(service.url);
  expect((await client.get("/v1/models/parts")).body).toMatchObject({ state: "ready", task: "object-detection" });
  const photo = [{ name: "photo.png", bytes: new Uint8Array(blackPng(320, 160)) }];
  const { body } = await client.post("/process?models=parts", form(photo));
  // Enlarged to 640 × 320, 160 pixels from the top.
  const objects = [{ label: "nut", box: [140, 70, 40, 20], score: 0.9 }];
  expect(body.images[0].results).toEqual({ parts: { version: "parts-2026-11", objects } });
  await service.stop();
  rmSync(folder, { recursive: true });
});
