/** A thread that runs models over the same images in a bare loop. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { InputImage } from "../lib/vision/input-image.ts";
import { ModelRegistry } from "../lib/vision/models/registry.ts";
import { type LoadableModel, openNetwork } from "../lib/vision/models/runtime.ts";
import type { OpenCv } from "../lib/vision/opencv.ts";
import { selfCheckFile } from "../lib/vision/self-check.ts";

interface Loop {
  readonly models: readonly LoadableModel[];
  readonly names: readonly string[];
  readonly networkThreads: number;
  readonly files: readonly Uint8Array[];
}

const root = join(import.meta.dirname, "..");
const cv: OpenCv = createRequire(import.meta.url)(join(root, ".tools/opencv4nodejs.node"));
cv.setNumThreads(1);
const { models, names, networkThreads, files } = workerData as Loop;
const network = async (path: string) => openNetwork(await import("onnxruntime-node"), path, networkThreads);
const registry = await ModelRegistry.load({ cv, openNetwork: network }, models, selfCheckFile());
const buffers = files.map((file) => Buffer.from(file));

parentPort?.on("message", async (seconds: number) => {
  const startedAt = performance.now();
  let images = 0;
  while (performance.now() - startedAt < seconds * 1000) {
    const image = new InputImage(cv, buffers[images++ % buffers.length] as Buffer, 1e9);
    for (const name of names) await registry.run(name, image, {}, () => {});
    image.release();
  }
  parentPort?.postMessage((images * 1000) / (performance.now() - startedAt));
});
parentPort?.postMessage("ready");
