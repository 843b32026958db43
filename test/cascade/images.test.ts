import { readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { expect, test } from "vitest";
import type { ExactDetection } from "../../lib/vision/exact-detector.ts";
import { cascadePath, cv, detectByOpenCv, instructionSets, loadDetector, prepare } from "../support/cascade.ts";
import { sharedPath } from "../support/shared-data.ts";
import { readTarGz } from "../support/tar.ts";

type Options = Omit<ExactDetection, "width" | "height" | "stride">;

const square = (side: number) => ({ width: side, height: side });
/** The product's. */
const DEFAULTS: Options = { scaleFactor: 1.1, minNeighbors: 6, minSize: square(96) };
const OTHERS: Options[] = [
  { scaleFactor: 1.1, minNeighbors: 5, minSize: square(30) },
  { scaleFactor: 1.2, minNeighbors: 3 },
  { scaleFactor: 1.05, minNeighbors: 4, minSize: square(60), maxSize: square(150) },
];

/** Of the images of the sample, every how many is compared, and every how many before grouping as well. */
const [EVERY, EVERY_UNGROUPED] = Number(process.env.SIGHTLINE_CASCADE_LARGE) ? [1, 1] : [6, 30];

const classifier = new cv.CascadeClassifier(cascadePath("frontalface_default"));
const detectors = instructionSets.map((set) => loadDetector(set));

/** Compares on all code paths. Returns how many boxes there were. */
function compare(file: Buffer, options: Options): number {
  const { plane, ...size } = prepare(file);
  const detection = { ...options, ...size };
  const expected = detectByOpenCv(classifier, plane, detection);
  for (const detector of detectors) expect(detector.detect(plane, detection)).toEqual(expected);
  return expected.length;
}

const ungrouped = (options: Options): Options => ({ ...options, minNeighbors: 0 });

function filesOf(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /\.(jpg|png)$/.test(name))
    .map((name) => join(folder, name));
}

const samples = filesOf(join(import.meta.dirname, "../../test-data/samples"));
const golden = filesOf(sharedPath("test-data/lfw-golden"));

test.each([...samples, ...golden].map((path) => ({ name: basename(path), path })))(
  "$name at several options",
  ({ path }) => {
    for (const options of [DEFAULTS, ...OTHERS])
      for (const each of [options, ungrouped(options)]) compare(readFileSync(path), each);
  },
);

test("in an image into which no window from minSize on fits, the largest window that fits is searched", () => {
  const color = cv.imdecode(readFileSync(join(import.meta.dirname, "../../test-data/samples/astronaut.png")));
  const face = color
    .bgrToGray()
    .getRegion(new cv.Rect(150, 45, 130, 130))
    .resize(90, 90, 0, 0, cv.INTER_AREA);
  const plane = face.equalizeHist().getData();
  const detection = { ...DEFAULTS, minNeighbors: 1, width: 90, height: 90 };
  expect(detectByOpenCv(classifier, plane, detection)).toEqual([[7, 5, 83, 83]]);
  for (const detector of detectors) expect(detector.detect(plane, detection)).toEqual([[7, 5, 83, 83]]);
});

test("the golden images have the golden boxes", () => {
  const expected: Record<string, number[][]> = JSON.parse(
    readFileSync(sharedPath("test-data/lfw-golden/expected.json"), "utf8"),
  );
  expect(golden).toHaveLength(5);
  for (const detector of detectors)
    for (const path of golden) {
      const { plane, ...size } = prepare(readFileSync(path));
      expect(detector.detect(plane, { ...DEFAULTS, ...size })).toEqual(expected[basename(path)]);
    }
});

test("images of lfw-sample.tgz at the default options", { timeout: 600_000 }, () => {
  const boxes = { ungrouped: 0, grouped: 0 };
  const archive = readTarGz(readFileSync(sharedPath("test-data/lfw-sample.tgz")));
  const images = [...archive].filter(({ name }) => name.endsWith(".jpg"));
  expect(images).toHaveLength(1465);
  for (const [index, { bytes }] of images.entries()) {
    if (index % EVERY === 0) boxes.grouped += compare(bytes, DEFAULTS);
    // Boxes before grouping would show a difference that grouping hides.
    if (index % EVERY_UNGROUPED === 0) boxes.ungrouped += compare(bytes, ungrouped(DEFAULTS));
  }
  // That there is something to differ in.
  expect(boxes.grouped).toBeGreaterThan(1_400 / EVERY);
  expect(boxes.ungrouped).toBeGreaterThan(70_000 / EVERY_UNGROUPED);
});
