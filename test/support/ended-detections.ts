/** Ends its process while its threads detect: `node ended-detections.ts <addon> <file of a cascade>`. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { isMainThread, parentPort, Worker } from "node:worker_threads";
import { openDetector } from "../../lib/vision/exact-detector.ts";

const THREADS = 4;
const [addonPath = "", cascade = ""] = process.argv.slice(2);

if (isMainThread) {
  // Loaded by this thread too, so that the addon stays in memory until the process ends.
  createRequire(import.meta.url)(addonPath);
  let running = 0;
  for (let thread = 0; thread < THREADS; thread++)
    new Worker(import.meta.filename, { argv: [addonPath, cascade] }).once("message", () => {
      running++;
      if (running === THREADS) process.exit(0);
    });
} else {
  const detector = openDetector(addonPath, readFileSync(cascade, "utf8"));
  const plane = new Uint8Array(64 * 64);
  parentPort?.postMessage("running");
  for (;;) detector.detect(plane, { width: 64, height: 64, scaleFactor: 1.1, minNeighbors: 3 });
}
