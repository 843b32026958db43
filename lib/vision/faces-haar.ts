/**
 * `faces-haar`: frontal faces by OpenCV's boosted cascade of Haar-like features.
 *
 * Two engines give the same integers: our own (`native/cascade`), and OpenCV's where ours cannot be had.
 *
 * Source: Viola and Jones, Rapid Object Detection using a Boosted Cascade of Simple Features (2001), in the
 * implementation and with the trained cascade of OpenCV.
 */
import type { HaarEngineState } from "../contracts/model.ts";
import type { DetectionOptions } from "../contracts/options.ts";
import type { Box } from "../contracts/receipt.ts";
import { loadExactCascade } from "./exact-cascade.ts";
import { withPixels } from "./memory.ts";
import type { Mat, OpenCv } from "./opencv.ts";

export type HaarEngineChoice = "auto" | "exact" | "opencv";

export interface FacesHaarFiles {
  /** `haarcascade_frontalface_default.xml`. */
  readonly cascadePath: string;
  /** Our own addon. */
  readonly addonPath: string;
}

export interface FacesHaar {
  readonly engine: HaarEngineState;
  /** Evens out the contrast of a grey picture, as the cascade was trained. The caller releases the result. */
  prepare(grey: Mat): Mat;
  /** The faces of a prepared picture. */
  detect(prepared: Mat, options: DetectionOptions): Box[];
}

/** @throws when the engine that was asked for cannot be had; with `auto`, OpenCV's takes its place. */
export function loadFacesHaar(cv: OpenCv, files: FacesHaarFiles, choice: HaarEngineChoice): FacesHaar {
  const prepare = (grey: Mat) => grey.equalizeHist();
  if (choice === "opencv") return { ...openCvEngine(cv, files), prepare, engine: { name: "opencv" } };
  const exact = loadExactCascade({ addonPath: files.addonPath, cascadeXmlPath: files.cascadePath });
  if ("refusal" in exact) {
    if (choice === "exact") throw new Error(`HAAR_ENGINE=exact cannot be had: ${exact.refusal}`);
    return { ...openCvEngine(cv, files), prepare, engine: { name: "opencv", fallbackReason: exact.refusal } };
  }
  const { detector } = exact;
  return {
    engine: { name: "exact", instructionSet: detector.instructionSet },
    prepare,
    detect: (prepared, { scaleFactor, minNeighbors, minSize }) => {
      const { cols: width, rows: height } = prepared;
      const smallest = { width: minSize, height: minSize };
      const plane = { width, height, scaleFactor, minNeighbors, minSize: smallest };
      return withPixels(prepared, (pixels) => detector.detect(pixels, plane));
    },
  };
}

function openCvEngine(cv: OpenCv, { cascadePath }: FacesHaarFiles): Pick<FacesHaar, "detect"> {
  const cascade = new cv.CascadeClassifier(cascadePath);
  const FLAGS = 0; // Means nothing to cascades of the current format.
  return {
    detect: (prepared, { scaleFactor, minNeighbors, minSize }) => {
      const smallest = new cv.Size(minSize, minSize);
      const { objects } = cascade.detectMultiScale(prepared, scaleFactor, minNeighbors, FLAGS, smallest);
      return objects.map(({ x, y, width, height }): Box => [x, y, width, height]);
    },
  };
}
