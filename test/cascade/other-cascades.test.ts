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

const GENERATED = Number(process.env.SIGHTLINE_CASCADE_GENERATED ?? 150);

const folder = mkdtempSync(join(tmpdir(), "sightline-cascade-"));
afterAll(() => rmSync(folder, { recursive: true }));

const sample = (name: string) => prepare(readFileSync(join(import.meta.dirname, "../../test-data/samples", name)));

const ACCEPTED = ["eye", "frontalcatface", "frontalface_alt", "frontalface_alt_tree", "profileface"];

test.each(ACCEPTED)("%s is evaluated exactly", (name) => {
  const classifier = new cv.CascadeClassifier(cascadePath(name));
  let boxes = 0;
  for (const picture of ["astronaut.png", "chelsea.png"]) {
    const { plane, ...size } = sample(picture);
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

test(`${GENERATED} generated cascades are evaluated exactly`, { timeout: 1_000 * GENERATED }, () => {
  const random = new Random(8);
  const cascadeXmlPath = join(folder, "generated.xml");
  const found = { some: 0, boxes: 0 };
  for (let i = 0; i < GENERATED; i++) {
    const { xml, window } = randomCascade(random);
    writeFileSync(cascadeXmlPath, xml);
    const classifier = new cv.CascadeClassifier(cascadeXmlPath);
    const width = random.integer(window.width, 180);
    const height = random.integer(window.height, 180);
    const { plane, ...size } = sample("coffee.png");
    const stride = size.width;
    const detection = { width, height, stride, scaleFactor: random.pick([1.1, 1.25, 1.5, 2.5]), minNeighbors: 0 };
    const expected = detectByOpenCv(classifier, plane, detection);
    for (const instructionSet of instructionSets) {
      const loaded = loadExactCascade({ addonPath, cascadeXmlPath, instructionSet, withoutSelfCheck: true });
      if ("refusal" in loaded) throw new Error(`case ${i}: ${loaded.refusal}`);
      expect(loaded.detector.detect(plane, detection), `case ${i}, ${instructionSet}`).toEqual(expected);
    }
    found.some += expected.length === 0 ? 0 : 1;
    found.boxes += expected.length;
  }
  expect(found.some).toBeGreaterThan(GENERATED / 4);
  expect(found.boxes).toBeGreaterThan(100 * GENERATED);
});
