/** What the loader cannot do exactly, or cannot read, it refuses with a reason; what it is asked wrongly, it throws. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { loadExactCascade } from "../../lib/vision/exact-cascade.ts";
import type { ExactDetection } from "../../lib/vision/exact-detector.ts";
import { addonPath, cascadePath, instructionSets, loadDetector } from "../support/cascade.ts";
import { cascadeXml } from "../support/random-cascade.ts";

const folder = mkdtempSync(join(tmpdir(), "sightline-cascade-"));
afterAll(() => rmSync(folder, { recursive: true }));

const tree = (node: string, leaves: string) =>
  `<_><internalNodes>${node}</internalNodes><leafValues>${leaves}</leafValues></_>`;
const stage = (trees: string, threshold = "0.5") =>
  `<_><stageThreshold>${threshold}</stageThreshold><weakClassifiers>${trees}</weakClassifiers></_>`;

const EDGE = [
  [2, 2, 8, 8, -1],
  [2, 2, 4, 8, 2],
] as const;

const VALID = cascadeXml({
  width: 20,
  height: 20,
  stages: [stage(tree("0 -1 0 0.01", "1. -1."))],
  features: [EDGE],
});

function load(xml: string) {
  const cascadeXmlPath = join(folder, "cascade.xml");
  writeFileSync(cascadeXmlPath, xml);
  return loadExactCascade({ addonPath, cascadeXmlPath, withoutSelfCheck: true });
}

test("the cascade that the others are variations of is accepted", () => {
  expect(load(VALID)).toHaveProperty("detector");
});

const change = (from: string, to: string) => {
  if (!VALID.includes(from)) throw new Error(`the cascade has no ${from}`);
  return VALID.replace(from, to);
};
const withFeature = (features: Parameters<typeof cascadeXml>[0]["features"]) =>
  cascadeXml({ width: 20, height: 20, stages: [stage(tree("0 -1 0 0.01", "1. -1."))], features });

test.each([
  ["nothing", "", /not an XML document/],
  ["text", "no cascade", /not an XML document/],
  ["half a file", VALID.slice(0, VALID.length / 2), /not an XML document: it ends too early/],
  ["crossed elements", change("</height>", "</width>"), /an element is not closed/],
  ["a declaration", `<!DOCTYPE x [<!ENTITY a "a">]>${VALID}`, /declarations/],
  ["two roots", `${VALID}<more/>`, /follows the root/],
  ["deep nesting", "<a>".repeat(100_000), /nested too deeply/],
  ["another root", "<svg></svg>", /not an OpenCV storage/],
  ["an empty storage", "<opencv_storage></opencv_storage>", /not an OpenCV storage/],
  ["LBP features", change("HAAR", "LBP"), /not Haar/],
  ["stages that are not boosted", change("BOOST", "TREE"), /not boosted/],
  ["categories", change("<maxCatCount>0", "<maxCatCount>256"), /categorical/],
  ["no width", change("<width>20</width>", ""), /no <width>/],
  ["a width that is no integer", change("<width>20", "<width>20.5"), /not an integer/],
  ["a width that is no number", change("<width>20", "<width>twenty"), /not a number: twenty/],
  ["a window too small", change("<width>20", "<width>2"), /window/],
  ["a window too large", change("<width>20", "<width>1000"), /window/],
  ["no stages", change(stage(tree("0 -1 0 0.01", "1. -1.")), ""), /no stages/],
  ["a stage without trees", change(tree("0 -1 0 0.01", "1. -1."), ""), /no trees/],
  ["a tilted feature", change("</rects>", "</rects><tilted>1</tilted>"), /tilted/],
  ["a tree of two nodes", change("0 -1 0 0.01", "1 -1 0 0.01 0 -2 0 0.02"), /more than one node/],
  ["a node of three numbers", change("0 -1 0 0.01", "0 -1 0"), /4 numbers/],
  ["three leaves", change("1. -1.", "1. -1. 1."), /3 numbers instead of 2/],
  ["a feature that is not there", change("0 -1 0 0.01", "0 -1 1 0.01"), /does not exist/],
  ["a negative feature", change("0 -1 0 0.01", "0 -1 -1 0.01"), /does not exist/],
  ["a leaf finer than 2^-38", change("1. -1.", `${2 ** -39} -1.`), /multiple of 2\^-38/],
  ["a leaf that sums may not have", change("1. -1.", "1000. -1."), /too large/],
  ["leaves whose sum may be too large", change("1. -1.", "200. -200."), /too large/],
  ["a threshold that is too large", change("0.5", "5000"), /threshold is too large/],
  ["an infinite threshold", change("0.5", "inf"), /not a number/],
  ["a number too large for a double", change("0.5", "1e999"), /not a number/],
  ["a weight that is no integer", withFeature([[EDGE[0], [2, 2, 4, 8, 2.5]]]), /not an integer/],
  ["a rectangle outside", withFeature([[EDGE[0], [2, 2, 4, 19, 2]]]), /leaves the window/],
  ["a rectangle of no width", withFeature([[EDGE[0], [2, 2, 0, 8, 2]]]), /leaves the window/],
  ["four rectangles", withFeature([[EDGE[0], EDGE[1], EDGE[1], EDGE[1]]]), /more than 3/],
  ["another shape", withFeature([[EDGE[0], [4, 4, 4, 4, 4]]]), /shape/],
  ["weights that a float may not represent", withFeature([[EDGE[0], [2, 2, 4, 8, 5000]]]), /2\^24/],
])("a cascade with %s is refused", (_what, xml, reason) => {
  expect(load(xml)).toEqual({ refusal: expect.stringMatching(reason) });
});

describe("without anything to load", () => {
  const cascadeXmlPath = cascadePath("frontalface_default");

  test("an addon that is not there is a reason", () => {
    const loaded = loadExactCascade({ addonPath: join(folder, "none.node"), cascadeXmlPath });
    expect(loaded).toEqual({ refusal: expect.stringContaining("none.node") });
  });
  test("an addon that is none is a reason", () => {
    const path = join(folder, "text.node");
    writeFileSync(path, "text");
    expect(loadExactCascade({ addonPath: path, cascadeXmlPath })).toHaveProperty("refusal");
  });
  test("a cascade that is not there is a reason", () => {
    const loaded = loadExactCascade({ addonPath, cascadeXmlPath: join(folder, "none.xml") });
    expect(loaded).toEqual({ refusal: expect.stringContaining("none.xml") });
  });
  test("an instruction set that the processor lacks is a reason", () => {
    const loaded = loadExactCascade({ addonPath, cascadeXmlPath, instructionSet: "neon" as "portable" });
    expect(loaded).toEqual({ refusal: "this processor has no instruction set neon" });
  });
});

describe("arguments out of bounds throw a RangeError", () => {
  const detector = loadDetector("portable");
  const plane = new Uint8Array(40 * 30);
  const detection: ExactDetection = { width: 40, height: 30, scaleFactor: 1.1, minNeighbors: 3 };
  const size = (side: number) => ({ width: side, height: side });

  test.each<[string, Partial<ExactDetection>]>([
    ["more rows than the plane has", { height: 31 }],
    ["a stride beyond the plane", { stride: 42 }],
    ["a stride below the width", { stride: 39 }],
    ["no width", { width: 0 }],
    ["a negative height", { height: -1 }],
    ["a fraction of a pixel", { width: 39.5 }],
    ["sizes that overflow", { width: 2 ** 31 }],
    ["a scale factor of 1", { scaleFactor: 1 }],
    ["an infinite scale factor", { scaleFactor: Number.POSITIVE_INFINITY }],
    ["no scale factor", { scaleFactor: Number.NaN }],
    ["negative neighbours", { minNeighbors: -1 }],
    ["a fraction of a neighbour", { minNeighbors: 1.5 }],
    ["a negative smallest size", { minSize: size(-1) }],
    ["a largest size that overflows", { maxSize: size(2 ** 31) }],
  ])("%s", (_what, change) => {
    expect(() => detector.detect(plane, { ...detection, ...change })).toThrow(RangeError);
  });

  test("the last row may be shorter than the stride", () => {
    expect(detector.detect(plane.subarray(0, 29 * 40 + 38), { ...detection, width: 38, stride: 40 })).toEqual([]);
  });
  test("an image smaller than the window has no boxes", () => {
    expect(detector.detect(plane, { ...detection, width: 23 })).toEqual([]);
    expect(detector.detect(plane.subarray(0, 1), { ...detection, width: 1, height: 1 })).toEqual([]);
  });
  test("the largest numbers do no harm", () => {
    const largest = 2 ** 31 - 1;
    const options = { scaleFactor: Number.MAX_VALUE, minNeighbors: largest, minSize: size(largest) };
    for (const set of instructionSets)
      expect(loadDetector(set).detect(plane, { ...detection, ...options, maxSize: size(largest) })).toEqual([]);
  });
});

test("nothing is read beyond the cascade's file", () => {
  // Views into a text that has no end mark after it: the whole file, cut at many places.
  const text = readFileSync(cascadePath("frontalface_default"), "latin1");
  for (let length = 1000; length < text.length; length += 40_009)
    expect(load(text.slice(0, length))).toHaveProperty("refusal");
});
