/** Cascades beside the frontal face: OpenCV's own, and generated ones that make every code path common. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { loadExactCascade } from "../../lib/vision/exact-cascade.ts";
import {
  addonPath,
  cascadePath,
  cv,
  detectByOpenCv,
  instructionSets,
  loadDetector,
  prepare,
} from "../support/cascade.ts";
import { Random } from "../support/random.ts";
import { randomCascade } from "../support/random-cascade.ts";

const GENERATED = Number(process.env.SIGHTLINE_CASCADE_GENERATED ?? 40);

const MOST_TO_GROUP = 1_500; // Grouping takes the square of their number.

const folder = mkdtempSync(join(tmpdir(), "sightline-cascade-"));
afterAll(() => rmSync(folder, { recursive: true }));

const sample = (name: string) => prepare(readFileSync(join(import.meta.dirname, "../../test-data/samples", name)));

const ACCEPTED = ["eye", "frontalcatface", "frontalface_alt", "frontalface_alt_tree", "profileface"];

test.each(ACCEPTED)("%s is evaluated exactly", (name) => {
  const classifier = new cv.CascadeClassifier(cascadePath(name));
  let boxes = 0;
  for (const image of ["astronaut.png", "chelsea.png"]) {
    const { plane, ...size } = sample(image);
    for (const minNeighbors of [0, 2]) {
      const detection = { ...size, scaleFactor: 1.1, minNeighbors };
      const expected = detectByOpenCv(classifier, plane, detection);
      for (const set of instructionSets) expect(loadDetector(set, name).detect(plane, detection)).toEqual(expected);
      boxes += expected.length;
    }
  }
  expect(boxes).toBeGreaterThan(0);
});

test.each([
  ["eye_tree_eyeglasses", "it has tilted features"],
  ["frontalcatface_extended", "it has tilted features"],
  ["frontalface_alt2", "its trees have more than one node"],
  ["fullbody", "it has tilted features"],
  ["lefteye_2splits", "it has tilted features"],
  ["license_plate_rus_16stages", "not a cascade of OpenCV's current format"],
  ["lowerbody", "it has tilted features"],
  ["righteye_2splits", "it has tilted features"],
  ["russian_plate_number", "it has tilted features"],
  ["smile", "it has tilted features"],
  ["upperbody", "it has tilted features"],
])("%s is refused: %s", (name, refusal) => {
  const loaded = loadExactCascade({ addonPath, cascadeXmlPath: cascadePath(name), withoutSelfCheck: true });
  expect(loaded).toEqual({ refusal });
});

interface Shape {
  readonly width: number;
  readonly height: number;
  readonly scaleFactor: number;
  readonly maxSize?: { readonly width: number; readonly height: number };
}

/** Images that make much of what is rare: many tiles side by side, weights that are ties, a side that stays. */
function randomShape(random: Random, window: { readonly width: number; readonly height: number }): Shape {
  const kind = random.next();
  const side = (least: number, more: number) => least + random.integer(0, more);
  const scaleFactor = random.pick([1.1, 1.25, 1.5, 2.5]);
  // A tile is 512 windows wide: at two pixels from one to the next, up to three of them.
  if (kind < 0.2) return { width: side(1000, 1500), height: side(window.height, 20), scaleFactor };
  // 257 pixels become 256: the weights are (i + ½) / 256, to be rounded to even.
  if (kind < 0.3) {
    const maxSize = { width: window.width + 1, height: window.height + 1 };
    return { width: 257, height: 257, scaleFactor: 1.004, maxSize };
  }
  // A side that keeps its length while the other does not.
  if (kind < 0.5) return { width: side(window.width, 10), height: side(window.height, 80), scaleFactor: 1.02 };
  return { width: side(window.width, 140), height: side(window.height, 140), scaleFactor };
}

test(`${GENERATED} generated cascades are evaluated exactly`, { timeout: 8_000 * GENERATED }, () => {
  const random = new Random(8);
  const cascadeXmlPath = join(folder, "generated.xml");
  const { plane: coffee } = sample("coffee.png");
  const noise = Uint8Array.from(coffee, () => random.integer(0, 255));
  const found = { boxes: 0, grouped: 0 };
  for (let i = 0; i < GENERATED; i++) {
    const { xml, window } = randomCascade(random);
    writeFileSync(cascadeXmlPath, xml);
    const classifier = new cv.CascadeClassifier(cascadeXmlPath);
    const detectors = instructionSets.map((instructionSet) => {
      const loaded = loadExactCascade({ addonPath, cascadeXmlPath, instructionSet, withoutSelfCheck: true });
      if ("refusal" in loaded) throw new Error(`case ${i}: ${loaded.refusal}`);
      return loaded.detector;
    });
    const shape = randomShape(random, window);
    const plane = random.pick([coffee, noise]);
    let ungrouped = 0;
    for (const minNeighbors of [0, 1, 3]) {
      if (ungrouped > MOST_TO_GROUP) break;
      const detection = { ...shape, stride: shape.width + random.integer(0, 5), minNeighbors };
      const expected = detectByOpenCv(classifier, plane, detection);
      for (const detector of detectors)
        expect(detector.detect(plane, detection), `case ${i}, ${detector.instructionSet}`).toEqual(expected);
      if (minNeighbors > 0) found.grouped += expected.length;
      else ungrouped = expected.length;
    }
    found.boxes += ungrouped;
  }
  expect(found.boxes).toBeGreaterThan(100 * GENERATED);
  expect(found.grouped).toBeGreaterThan(GENERATED);
});
