/**
 * Measures the quality of faces in the LFW sample, unchanged and blurred: percentiles, and how often the encodings of
 * two people match, with and without a lowest sharpness.
 *
 *   node scripts/run.mjs node bench/face-quality.ts [lowest sharpness] [every nth image]
 *
 * Needs the model files and `lfw-sample.tgz`. Images are 250 × 250 pixels, faces about 90. They are blurred by a
 * Gaussian filter, or scaled down and up again, as crops of distant people are; then they are sent through the
 * detector's threads.
 */
import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import type { Box } from "../lib/contracts/receipt.ts";
import type { Face as AnyFace } from "../lib/contracts/results.ts";
import type { Mat } from "../lib/vision/opencv.ts";
import { lfwSample } from "../test/support/model-files.ts";
import { startModelPool } from "../test/support/model-pool.ts";
import { cv } from "../test/support/opencv.ts";
import { readTarGz } from "../test/support/tar.ts";

/** Our own models give all faces a box. */
type Face = AnyFace & { box: Box };

const lowest = Number(process.argv[2] ?? 0.35);
const nth = Number(process.argv[3] ?? 1);
const SAME_PERSON = 0.305;
const AT_ONCE = 2 * availableParallelism();

const gaussian = (sigma: number) => (image: Mat) => image.gaussianBlur(new cv.Size(0, 0), sigma);
const scaled = (factor: number) => (image: Mat) => {
  const side = (length: number) => Math.round(length / factor);
  const small = image.resize(side(image.rows), side(image.cols), 0, 0, cv.INTER_AREA);
  return small.resize(image.rows, image.cols, 0, 0, cv.INTER_CUBIC);
};
const variants: Readonly<Record<string, (image: Mat) => Mat>> = {
  "as it is": (image) => image,
  "Gaussian, 1 pixel": gaussian(1),
  "Gaussian, 2 pixels": gaussian(2),
  "Gaussian, 3 pixels": gaussian(3),
  "Gaussian, 4 pixels": gaussian(4),
  "scaled by 1/4": scaled(4),
  "scaled by 1/6": scaled(6),
  "scaled by 1/8": scaled(8),
};

interface Portrait {
  readonly person: string;
  readonly face: Face;
}

const pool = await startModelPool(availableParallelism(), "faces-yunet,face-encoding");
const images = [...readTarGz(readFileSync(lfwSample as string))].filter((_, index) => index % nth === 0);

/** Distance of a face from the middle, where the subject is. */
function fromMiddle({ box: [x, y, width, height] }: Face): number {
  return Math.hypot(x + width / 2 - 125, y + height / 2 - 125);
}

async function portraitsOf(change: (image: Mat) => Mat): Promise<Portrait[]> {
  const portraits: Portrait[] = [];
  const waiting = images.values();
  const work = async () => {
    for (const { name, bytes } of waiting) {
      const file = cv.imencode(".png", change(cv.imdecode(Buffer.from(bytes))));
      const { results } = await pool.analyse(file, ["face-encoding"]);
      const { faces } = results["face-encoding"] as unknown as { faces: Face[] };
      const [face] = faces.toSorted((a, b) => fromMiddle(a) - fromMiddle(b));
      if (face) portraits.push({ person: name.split("/").at(-2) as string, face });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return portraits;
}

/** Share of the pairs of two people whose encodings match. */
function falseMatches(portraits: readonly Portrait[]): string {
  let [matching, pairs] = [0, 0];
  for (const [index, a] of portraits.entries())
    for (const b of portraits.slice(index + 1)) {
      if (a.person === b.person) continue;
      const [one, other] = [a.face.encoding as number[], b.face.encoding as number[]];
      let product = 0;
      for (let at = 0; at < one.length; at++) product += (one[at] as number) * (other[at] as number);
      pairs++;
      if (product >= SAME_PERSON) matching++;
    }
  return pairs === 0 ? "none left" : `${((100 * matching) / pairs).toFixed(2)} %`;
}

function percentiles(values: readonly number[]): Record<string, number> {
  const sorted = values.toSorted((a, b) => a - b);
  return Object.fromEntries(
    [1, 5, 25, 50, 75, 95, 99].map((share) => [
      `${share} %`,
      sorted[Math.floor((sorted.length * share) / 100)] as number,
    ]),
  );
}

for (const [name, change] of Object.entries(variants)) {
  const portraits = await portraitsOf(change);
  const qualities = portraits.map(({ face }) => face.quality as NonNullable<Face["quality"]>);
  const kept = portraits.filter(({ face }) => (face.quality?.sharpness ?? 0) >= lowest);
  console.log(
    `${name}: ${portraits.length} of ${images.length} faces found, ${falseMatches(portraits)} of the pairs of two people ` +
      `match; ${kept.length} have a sharpness of ${lowest}, of which ${falseMatches(kept)}`,
  );
  const angles = (of: (quality: (typeof qualities)[number]) => number) => percentiles(qualities.map(of));
  console.table({
    sharpness: angles(({ sharpness }) => sharpness),
    ...(name === "as it is" && {
      "size, pixels": angles(({ size }) => size),
      brightness: angles(({ brightness }) => brightness),
      "yaw, degrees": angles(({ pose }) => pose.yaw),
      "pitch, degrees": angles(({ pose }) => pose.pitch),
      "roll, degrees": angles(({ pose }) => pose.roll),
    }),
  });
}
await pool.close();
