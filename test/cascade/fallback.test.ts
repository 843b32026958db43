import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { defaultDetectionOptions } from "../../lib/contracts/default-options.ts";
import { loadFacesHaar } from "../../lib/vision/faces-haar.ts";
import { cascadePath, cv } from "../support/opencv.ts";
import { goldenImages } from "../support/shared-data.ts";

const limits = { maxSearchWindows: 1e9, timeLimitMs: 60_000 };
const files = { cascadePath, addonPath: "/nowhere/cascade.node" };

describe("without our own engine", () => {
  it("OpenCV's takes its place, says why, and gives the golden boxes", () => {
    const facesHaar = loadFacesHaar(cv, files, "auto");
    expect(facesHaar.engine).toEqual({ name: "opencv", fallbackReason: expect.stringContaining("/nowhere") });
    for (const { path, faces } of goldenImages()) {
      const prepared = facesHaar.prepare(cv.imdecode(readFileSync(path), cv.IMREAD_GRAYSCALE));
      expect(facesHaar.detect(prepared, defaultDetectionOptions, limits)).toEqual(faces);
    }
  });

  it("a node that was told to use it does not start", () => {
    expect(() => loadFacesHaar(cv, files, "exact")).toThrow("HAAR_ENGINE=exact cannot be used");
  });
});
