/**
 * Random images and options, OpenCV against all code paths. `npm run test:cascade-long` runs eighty times as many;
 * SIGHTLINE_CASCADE_SEED runs others.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ExactDetection } from "../../lib/vision/exact-detector.ts";
import { cascadePath, cv, detectByOpenCv, instructionSets, loadDetector } from "../support/cascade.ts";
import { Random } from "../support/random.ts";
import { sharedPath } from "../support/shared-data.ts";

const CASES = Number(process.env.SIGHTLINE_CASCADE_CASES ?? 250);
const SEED = Number(process.env.SIGHTLINE_CASCADE_SEED ?? 2024);
const MILLISECONDS_PER_CASE = 1_000; // Many times what it takes, also beside other work.

const classifier = new cv.CascadeClassifier(cascadePath("frontalface_default"));
const detectors = instructionSets.map((set) => loadDetector(set));

const sources = [join(import.meta.dirname, "../../test-data/samples"), sharedPath("test-data/lfw-golden")]
  .flatMap((folder) => readdirSync(folder).map((name) => join(folder, name)))
  .filter((path) => /\.(jpg|png)$/.test(path))
  .map((path) => cv.imdecode(readFileSync(path), cv.IMREAD_GRAYSCALE));

interface Plane {
  readonly plane: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly stride: number;
}

function planeOf(mat: InstanceType<typeof cv.Mat>): Plane {
  return { plane: mat.getData(), width: mat.cols, height: mat.rows, stride: mat.cols };
}

function resized(random: Random, width: number, height: number): Plane {
  const mat = random.pick(sources).resize(height, width);
  return planeOf(random.chance(0.5) ? mat.equalizeHist() : mat);
}

/** A part of a larger image, so that rows are further apart than they are long. */
function cropped(random: Random, width: number, height: number): Plane {
  const whole = resized(random, width + random.integer(0, 80), height + random.integer(0, 80));
  const left = random.integer(0, whole.width - width);
  const top = random.integer(0, whole.height - height);
  return { plane: whole.plane.subarray(top * whole.stride + left), width, height, stride: whole.stride };
}

function drawn(random: Random, width: number, height: number): Plane {
  const flat = random.integer(0, 255);
  const ink = random.pick([
    () => flat,
    () => random.integer(0, 255),
    () => (random.chance(0.5) ? 0 : 255),
    () => flat + (random.chance(0.01) ? 1 : 0),
    (x: number) => (x < width / 2 ? flat : random.integer(120, 136)),
    (x: number, y: number) => ((x >> 3) + (y >> 3)) * 40,
  ]);
  const plane = Uint8Array.from({ length: width * height }, (_, i) => ink(i % width, Math.floor(i / width)));
  return { plane, width, height, stride: width };
}

function randomSide(random: Random): number {
  // Around the window's 24 pixels, and where tiles and layouts change size.
  if (random.chance(0.1)) return random.integer(1, 30);
  return random.integer(20, random.chance(0.1) ? 700 : 260);
}

function randomPlane(random: Random): Plane {
  const width = randomSide(random);
  const height = random.chance(0.3) ? width : randomSide(random);
  const draw = random.chance(0.6) ? resized : random.chance(0.5) ? cropped : drawn;
  return draw(random, width, height);
}

function randomOptions(random: Random, area: number): Omit<ExactDetection, "width" | "height" | "stride"> {
  const scaleFactor = random.chance(0.1)
    ? 1.01 + random.next() * 3
    : random.pick(area > 40_000 ? [1.1, 1.13, 1.2, 1.3, 1.5, 2, 3.7] : [1.01, 1.05, 1.1, 1.2, 1.3]);
  const side = () => (random.chance(0.4) ? 0 : random.integer(0, 130));
  const least = side();
  const minSize = { width: least, height: random.chance(0.8) ? least : side() };
  const most = random.chance(0.7) ? 0 : random.integer(1, 300);
  const maxSize = random.chance(0.1) ? minSize : { width: most, height: random.chance(0.8) ? most : side() };
  return { scaleFactor, minNeighbors: random.integer(1, 7), minSize, maxSize };
}

test(`${CASES} random cases from seed ${SEED}`, { timeout: CASES * MILLISECONDS_PER_CASE }, () => {
  const random = new Random(SEED);
  let found = 0;
  let grouped = 0;
  for (let i = 0; i < CASES; i++) {
    const { plane, width, height, stride } = randomPlane(random);
    const options = randomOptions(random, width * height);
    for (const minNeighbors of [0, options.minNeighbors]) {
      const detection = { ...options, width, height, stride, minNeighbors };
      const expected = detectByOpenCv(classifier, plane, detection);
      for (const detector of detectors) {
        const words = `case ${i}, ${detector.instructionSet}: ${JSON.stringify(detection)}`;
        expect(detector.detect(plane, detection), words).toEqual(expected);
      }
      if (minNeighbors === 0) found += expected.length === 0 ? 0 : 1;
      else grouped += expected.length === 0 ? 0 : 1;
    }
  }
  // That there is something to differ in.
  expect(found).toBeGreaterThan(CASES / 5);
  expect(grouped).toBeGreaterThan(CASES / 20);
});
