/** What a model reads once must not wait for the garbage collector, which works the harder for it. */
import { join } from "node:path";
import { expect, it } from "vitest";
import { InputImage } from "../../lib/vision/input-image.ts";
import { openCatalog } from "../../lib/vision/models/catalog.ts";
import { ModelRegistry } from "../../lib/vision/models/registry.ts";
import { openNetwork } from "../../lib/vision/models/runtime.ts";
import { selfCheckFile } from "../../lib/vision/self-check.ts";
import { sample } from "../support/images.ts";
import { modelsDir } from "../support/model-files.ts";
import { cv } from "../support/opencv.ts";

const MODELS = ["faces-yunet", "face-encoding", "classify", "objects"];

it.skipIf(!modelsDir)("gives pixels, planes and outputs back", async () => {
  const catalog = await openCatalog({ modelsDir: modelsDir as string, modelsManifest: "", models: "" });
  const network = async (path: string) => openNetwork(await import("onnxruntime-node"), path, 1);
  const registry = await ModelRegistry.load({ cv, openNetwork: network }, catalog.loadable, selfCheckFile());
  const image = new InputImage(cv, sample("astronaut.png"), Number.POSITIVE_INFINITY);
  for (const model of MODELS) {
    const before = process.memoryUsage().arrayBuffers;
    for (let times = 0; times < 10; times++) await registry.run(model, image, {}, () => {});
    // Any of them kept ten times would be megabytes.
    expect(process.memoryUsage().arrayBuffers - before, model).toBeLessThan(100_000);
  }
  image.release();
});

it.skipIf(!modelsDir)("gives planes back that the network cannot take", async () => {
  const path = join(modelsDir as string, "yunet_n_dynamic.onnx");
  const network = await openNetwork(await import("onnxruntime-node"), path, 1);
  const planes = new Float32Array(3 * 33 * 47);
  await expect(network.run(planes, [1, 3, 33, 47], () => {})).rejects.toThrow("broadcast");
  expect(planes.byteLength).toBe(0);
});
