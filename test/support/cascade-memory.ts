/**
 * Prints by how much the process grows at most during detection in one large image, at all scales:
 *
 *   node --expose-gc test/support/cascade-memory.ts <megapixels>
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { loadExactCascade } from "../../lib/vision/exact-cascade.ts";
import { drawCheckCases } from "../../lib/vision/exact-cascade-check.ts";

/** A field of `/proc/self/status`, in bytes. */
function statusBytes(name: "VmRSS" | "VmHWM"): number {
  const kibibytes = new RegExp(`${name}:\\s+(\\d+) kB`).exec(readFileSync("/proc/self/status", "utf8"))?.[1];
  return Number(kibibytes) * 1024;
}

const root = join(import.meta.dirname, "../..");
const loaded = loadExactCascade({
  addonPath: join(root, ".tools/cascade.node"),
  cascadeXmlPath: join(root, "node_modules/@u4/opencv4nodejs/src/lib/haarcascades/haarcascade_frontalface_default.xml"),
});
if ("refusal" in loaded) throw new Error(loaded.refusal);

const width = Math.ceil(Math.sqrt((Number(process.argv[2]) * 1e6 * 4) / 3));
const height = Math.ceil((width * 3) / 4);
const plane = new Uint8Array(width * height).fill(128);
// Contains the first face of the self-check, so that there is something to find. The rest is flat, which takes as much
// memory.
const [face] = drawCheckCases();
if (!face) throw new Error("there are no check images");
for (let y = 0; y < face.detection.height; y++)
  plane.set(face.plane.subarray(y * face.detection.width, (y + 1) * face.detection.width), (1000 + y) * width + 1000);

globalThis.gc?.();
// Writing 5 resets the peak, so that memory used for loading does not hide that of detection.
writeFileSync("/proc/self/clear_refs", "5");
const before = statusBytes("VmRSS");
const boxes = loaded.detector.detect(plane, { width, height, scaleFactor: 1.2, minNeighbors: 0 });
const grownBytes = statusBytes("VmHWM") - before;
console.log(JSON.stringify({ imageBytes: plane.length, grownBytes, boxes: boxes.length }));
