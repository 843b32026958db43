/**
 * A thread that takes images through the detector's own path in a bare loop: header, decoding, equalising, detection.
 */
import { createRequire } from "node:module";
import { join } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import { decodeImage } from "../../lib/vision/decode.ts";
import { loadFacesHaar } from "../../lib/vision/faces-haar.ts";
import { checkHeader } from "../../lib/vision/headers/image-header.ts";
import { remade, scoped } from "../../lib/vision/memory.ts";
import type { OpenCv } from "../../lib/vision/opencv.ts";
import type { LoopSettings } from "./engine-loop.ts";

const root = join(import.meta.dirname, "../..");
const { files, cascadePath } = workerData as LoopSettings;
const cv: OpenCv = createRequire(import.meta.url)(join(root, ".tools/opencv4nodejs.node"));
const haar = loadFacesHaar(cv, { cascadePath, addonPath: join(root, ".tools/cascade.node") }, "exact");
const buffers = files.map((file) => Buffer.from(file));
const options = { scaleFactor: 1.1, minNeighbors: 6, minSize: 96 };
const limits = { maxSearchWindows: 2e8, timeLimitMs: 30_000 };

function detect(file: Buffer) {
  using prepared = scoped(remade(decodeImage(cv, file, checkHeader(file, 1e9), "grey"), haar.prepare));
  return haar.detect(prepared, options, limits);
}

parentPort?.on("message", (seconds: number) => {
  const startedAt = performance.now();
  let images = 0;
  while (performance.now() - startedAt < seconds * 1000) detect(buffers[images++ % buffers.length] as Buffer);
  parentPort?.postMessage((images * 1000) / (performance.now() - startedAt));
});
parentPort?.postMessage(buffers.map(detect));
