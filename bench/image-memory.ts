/**
 * Measures the memory that decoding takes beyond its output, in bytes per pixel. `lib/vision/memory-need.ts` is based
 * on it. Each file is decoded in a separate process, to grey and to colour.
 *
 *   node scripts/run.mjs node bench/image-memory.ts FILE …
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, join } from "node:path";
import { decodeImage, type PixelForm } from "../lib/vision/decode.ts";
import { checkHeader } from "../lib/vision/headers/image-header.ts";
import type { OpenCv } from "../lib/vision/opencv.ts";

const KiB = 1024;
const status = (field: string) =>
  Number(new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(readFileSync("/proc/self/status", "utf8"))?.[1]) * KiB;

/** Prints the bytes used beyond the file and the pixels. */
function measure(path: string, form: PixelForm): void {
  const cv: OpenCv = createRequire(import.meta.url)(join(import.meta.dirname, "../.tools/opencv4nodejs.node"));
  const file = readFileSync(path);
  const header = checkHeader(file, Number.POSITIVE_INFINITY);
  const before = status("VmRSS");
  const image = decodeImage(cv, file, header, form);
  const pixels = image.rows * image.cols;
  console.log((status("VmHWM") - before) / pixels - image.channels);
}

const [path, form] = process.argv.slice(2);
if (form === "grey" || form === "color") measure(path as string, form);
else
  for (const file of process.argv.slice(2)) {
    const run = (of: PixelForm) =>
      Number(execFileSync(process.execPath, [import.meta.filename, file, of], { stdio: ["ignore", "pipe", "ignore"] }));
    console.log(basename(file).padEnd(24), run("grey").toFixed(1).padStart(6), run("color").toFixed(1).padStart(6));
  }
