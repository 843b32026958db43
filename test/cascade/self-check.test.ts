import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { loadExactCascade } from "../../lib/vision/exact-cascade.ts";
import { drawCheckCases, findDifference } from "../../lib/vision/exact-cascade-check.ts";
import stored from "../../lib/vision/exact-cascade-rectangles.json" with { type: "json" };
import type { ExactDetector } from "../../lib/vision/exact-detector.ts";
import { addonPath, cascadePath, cv, detectByOpenCv, instructionSets, loadDetector } from "../support/cascade.ts";

const folder = mkdtempSync(join(tmpdir(), "sightline-cascade-"));
afterAll(() => rmSync(folder, { recursive: true }));

const path = cascadePath("frontalface_default");
const sha256 = createHash("sha256").update(readFileSync(path)).digest("hex");

test("the stored rectangles are OpenCV's", () => {
  const classifier = new cv.CascadeClassifier(path);
  const found = drawCheckCases().map(({ plane, detection }) => detectByOpenCv(classifier, plane, detection));
  expect(stored.rectangles).toEqual(found);
  expect(stored.cascadeSha256).toBe(sha256);
  for (const rectangles of found) expect(rectangles.length).toBeGreaterThan(0);
});

test.each(instructionSets)("%s passes", (instructionSet) => {
  expect(loadExactCascade({ addonPath, cascadeXmlPath: path, instructionSet })).toHaveProperty("detector");
});

test("the fastest instruction set is taken unless one is asked for", () => {
  const loaded = loadExactCascade({ addonPath, cascadeXmlPath: path });
  expect(loaded).toHaveProperty("detector.instructionSet", instructionSets[0]);
});

test("a detector that finds anything else does not pass", () => {
  const sound = loadDetector("portable");
  const cases = drawCheckCases().length;
  for (let wrong = 0; wrong < cases; wrong++) {
    let calls = 0;
    const unsound: ExactDetector = {
      ...sound,
      detect: (plane, detection) => {
        const boxes = sound.detect(plane, detection);
        return calls++ === wrong ? boxes.map(([x, y, w, h]) => [x, y + 1, w, h]) : boxes;
      },
    };
    expect(findDifference(unsound, sha256)).toBe(`other rectangles than OpenCV's in image ${wrong}`);
  }
});

test("a cascade that was changed is refused, and so is one without stored rectangles", () => {
  const changed = join(folder, "changed.xml");
  writeFileSync(changed, readFileSync(path, "utf8").replace("-5.0425500869750977e+00", "-5.05e+00"));
  for (const cascadeXmlPath of [changed, cascadePath("eye")])
    expect(loadExactCascade({ addonPath, cascadeXmlPath })).toEqual({
      refusal: "self-check: no rectangles are stored for this cascade",
    });
});
