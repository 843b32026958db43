/** A detection ends at its limits, whatever the image and the options. */
import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { loadExactCascade } from "../../lib/vision/exact-cascade.ts";
import type { ExactDetector } from "../../lib/vision/exact-detector.ts";
import { loadFacesHaar } from "../../lib/vision/faces-haar.ts";
import { countWindows } from "../../lib/vision/search-cost.ts";
import { addonPath } from "../support/cascade.ts";
import { samplePath } from "../support/images.ts";
import { cascadePath, cv } from "../support/opencv.ts";

const { detector } = loadExactCascade({ addonPath, cascadeXmlPath: cascadePath }) as { detector: ExactDetector };

/** A grey image of many faces, side by side. */
function crowd(columns: number, rows: number) {
  const face = cv.imdecode(readFileSync(samplePath("astronaut.png")), cv.IMREAD_GRAYSCALE).resize(250, 250);
  const image = new cv.Mat(250 * rows, 250 * columns, cv.CV_8UC1, 0);
  for (let y = 0; y < rows; y++)
    for (let x = 0; x < columns; x++) face.copyTo(image.getRegion(new cv.Rect(250 * x, 250 * y, 250, 250)));
  return image.equalizeHist();
}

describe("the exact detector", () => {
  const image = crowd(2, 2);
  const plane = image.getData();
  const search = { width: image.cols, height: image.rows, scaleFactor: 1.01, minNeighbors: 0 };

  it("gives up at its time limit", () => {
    expect(() => detector.detect(plane, { ...search, timeLimitMs: 1 })).toThrow(
      expect.objectContaining({ code: "DETECTION_LIMIT", message: expect.stringContaining("longer") }),
    );
  });

  it("gives up when there are too many rectangles, and not one sooner", () => {
    const { length } = detector.detect(plane, search);
    expect(length).toBeGreaterThan(1000);
    expect(detector.detect(plane, { ...search, maxRectangles: length })).toHaveLength(length);
    expect(() => detector.detect(plane, { ...search, maxRectangles: length - 1 })).toThrow(
      expect.objectContaining({ code: "DETECTION_LIMIT", message: expect.stringContaining("too many places") }),
    );
  });

  it("works as before after it gave up", () => {
    const expected = detector.detect(plane, { ...search, scaleFactor: 1.1, minNeighbors: 3 });
    expect(() => detector.detect(plane, { ...search, timeLimitMs: 1 })).toThrow();
    expect(detector.detect(plane, { ...search, scaleFactor: 1.1, minNeighbors: 3 })).toEqual(expected);
  });

  it("groups many rectangles as OpenCV does", () => {
    const larger = crowd(3, 3);
    const { objects } = new cv.CascadeClassifier(cascadePath).detectMultiScale(larger, 1.03, 1, 0, new cv.Size(24, 24));
    const size = { width: larger.cols, height: larger.rows, minSize: { width: 24, height: 24 } };
    const boxes = detector.detect(larger.getData(), { ...size, scaleFactor: 1.03, minNeighbors: 1 });
    expect(boxes).toEqual(objects.map(({ x, y, width, height }) => [x, y, width, height]));
    expect(boxes.length).toBeGreaterThan(20);
  });
});

describe.each(["exact", "opencv"] as const)("the cost of a search with the engine %s", (engine) => {
  const facesHaar = loadFacesHaar(cv, { addonPath, cascadePath }, engine);
  const image = new cv.Mat(600, 800, cv.CV_8UC1, 128);
  const options = { scaleFactor: 1.1, minNeighbors: 6, minSize: 24 };
  const windows = countWindows({ width: 800, height: 600 }, options);
  const share = engine === "opencv" ? 8 : 1;

  it("is bounded before the search begins", () => {
    const search = (maxSearchWindows: number) =>
      facesHaar.detect(image, options, { maxSearchWindows, timeLimitMs: 60_000 });
    expect(search(windows * share)).toEqual([]);
    expect(() => search(windows * share - 1)).toThrow(expect.objectContaining({ type: "DETECTION_TOO_COSTLY" }));
  });
});

it("a search that is stopped says after which time", () => {
  const facesHaar = loadFacesHaar(cv, { addonPath, cascadePath }, "exact");
  const options = { scaleFactor: 1.01, minNeighbors: 0, minSize: 24 };
  expect(() => facesHaar.detect(crowd(2, 2), options, { maxSearchWindows: 1e9, timeLimitMs: 1 })).toThrow(
    expect.objectContaining({ type: "IMAGE_TIMEOUT", data: { timeoutMs: 1 } }),
  );
});

describe("countWindows", () => {
  it("counts one window for an image of its size, none for a smaller one", () => {
    expect(countWindows({ width: 24, height: 24 }, { scaleFactor: 1.1, minSize: 24 })).toBe(1);
    expect(countWindows({ width: 24, height: 23 }, { scaleFactor: 1.1, minSize: 24 })).toBe(0);
  });

  it("grows with the image, and as the scale factor and the smallest face become smaller", () => {
    const size = { width: 1000, height: 800 };
    const count = (scaleFactor: number, minSize: number) => countWindows(size, { scaleFactor, minSize });
    expect(count(1.05, 24)).toBeGreaterThan(count(1.1, 24));
    expect(count(1.1, 24)).toBeGreaterThan(count(1.1, 48));
    expect(countWindows({ width: 2000, height: 1600 }, { scaleFactor: 1.1, minSize: 24 })).toBeGreaterThan(
      3 * count(1.1, 24),
    );
  });
});
