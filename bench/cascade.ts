/**
 * Compares the exact cascade with OpenCV's own classifier: one thread, rounds interleaved, medians.
 *
 *   node scripts/run.mjs node bench/cascade.ts [LFW images] [rounds at 12 megapixels]
 *
 * Times are those of the call from JavaScript, from the grey, equalised plane to the boxes.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ExactDetection } from "../lib/vision/exact-detector.ts";
import { cascadePath, cv, instructionSets, loadDetector, prepare } from "../test/support/cascade.ts";
import { sharedPath } from "../test/support/shared-data.ts";
import { readTarGz } from "../test/support/tar.ts";

const [images = 300, largeRounds = 5] = process.argv.slice(2).map(Number);

type Plane = ReturnType<typeof prepare>;
type Options = Omit<ExactDetection, "width" | "height" | "stride"> & { readonly minSize: { readonly width: number } };

const options = (scaleFactor: number, minNeighbors: number, side: number): Options => ({
  scaleFactor,
  minNeighbors,
  minSize: { width: side, height: side },
});
const DEFAULTS = options(1.1, 6, 96);

const classifier = new cv.CascadeClassifier(cascadePath("frontalface_default"));
const detectors = instructionSets.map((set) => loadDetector(set));

function timeMs(run: () => unknown): number {
  const startedAt = performance.now();
  run();
  return performance.now() - startedAt;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}

/** Every engine processes an image before the next image; the first engine rotates from image to image. */
function compare(title: string, planes: readonly Plane[], { minSize, ...rest }: Options): void {
  const { scaleFactor, minNeighbors } = rest;
  const times = new Map<string, number[]>();
  for (const [index, { plane, width, height }] of planes.entries()) {
    const mat = new cv.Mat(plane, height, width, cv.CV_8UC1);
    const size = new cv.Size(minSize.width, minSize.height);
    const engines: [string, () => unknown][] = [
      ["opencv", () => classifier.detectMultiScale(mat, scaleFactor, minNeighbors, 0, size)],
      ...detectors.map((detector): [string, () => unknown] => [
        detector.instructionSet,
        () => detector.detect(plane, { ...rest, minSize, width, height }),
      ]),
    ];
    for (let i = 0; i < engines.length; i++) {
      const [name, run] = engines[(index + i) % engines.length] as [string, () => unknown];
      times.set(name, [...(times.get(name) ?? []), timeMs(run)]);
    }
    mat.release();
  }
  const opencvMs = median(times.get("opencv") ?? []);
  const cells = [...times].map(([name, values]) => {
    const ms = median(values);
    return `${name} ${ms.toFixed(3)} ms${name === "opencv" ? "" : ` (${(opencvMs / ms).toFixed(1)}×)`}`;
  });
  console.log(`${title}: ${cells.sort().join(", ")}`);
}

const archive = readTarGz(readFileSync(sharedPath("test-data/lfw-sample.tgz")));
const lfw: Plane[] = [];
for (const { name, bytes } of archive) {
  if (lfw.length === images) break;
  if (name.endsWith(".jpg")) lfw.push(prepare(bytes));
}

/** The sample enlarged to 4000 × 3000. */
function large(): Plane {
  const sample = readFileSync(join(import.meta.dirname, "../test-data/samples/astronaut.png"));
  const even = cv.imdecode(sample, cv.IMREAD_GRAYSCALE).resize(3000, 4000).equalizeHist();
  return { plane: even.getData(), width: even.cols, height: even.rows };
}

compare("(warming up)", lfw.slice(0, 20), DEFAULTS);
compare(`${lfw.length} LFW images at 1.1, 6, 96 (the default)`, lfw, DEFAULTS);
compare(`${lfw.length >> 2} LFW images at 1.1, 5, 30`, lfw.slice(0, lfw.length >> 2), options(1.1, 5, 30));
const twelve = Array.from({ length: largeRounds }, large);
compare("12 megapixels at the default", twelve, DEFAULTS);
compare("12 megapixels at 1.1, 6, 0", twelve.slice(0, 3), options(1.1, 6, 0));
