/**
 * `faces-haar`: frontal faces by OpenCV's boosted cascade of Haar-like features.
 *
 * Two engines give identical integers: our own (`native/cascade`), and OpenCV's as the fallback.
 *
 * Source: Viola and Jones, Rapid Object Detection using a Boosted Cascade of Simple Features (2001), in OpenCV's
 * implementation and with its trained cascade.
 */
import type { HaarEngineState } from "../contracts/model.ts";
import type { DetectionOptions } from "../contracts/options.ts";
import type { Box } from "../contracts/receipt.ts";
import { type Failure, failure } from "../errors.ts";
import { loadExactCascade } from "./exact-cascade.ts";
import { DETECTION_LIMIT } from "./exact-detector.ts";
import { withPixels } from "./memory.ts";
import type { Mat, OpenCv } from "./opencv.ts";
import { countWindows } from "./search-cost.ts";

export type HaarEngineChoice = "auto" | "exact" | "opencv";

export interface FacesHaarFiles {
  /** Path of `haarcascade_frontalface_default.xml`. */
  readonly cascadePath: string;
  /** Path of our own addon. */
  readonly addonPath: string;
}

export interface SearchLimits {
  /** Maximum number of windows to evaluate per image. */
  readonly maxSearchWindows: number;
  /** Time limit of our own engine, in milliseconds. OpenCV's engine cannot be interrupted. */
  readonly timeLimitMs: number;
}

/** OpenCV's engine is slower by about this factor, so it gets fewer windows. */
const OPENCV_SLOWNESS = 8;
/**
 * Maximum number of rectangles before grouping. A face gives about 50, so this is far above any real image, yet it
 * bounds the time of grouping and the size of an ungrouped answer.
 */
const MAX_RECTANGLES = 200_000;

export interface FacesHaar {
  readonly engine: HaarEngineState;
  /** Equalizes the contrast of a grey image, as in the cascade's training. The caller releases the result. */
  prepare(grey: Mat): Mat;
  /** Detects the faces in a prepared image. @throws DETECTION_TOO_COSTLY, IMAGE_TIMEOUT */
  detect(prepared: Mat, options: DetectionOptions, limits: SearchLimits): Box[];
}

/** @throws if the chosen engine is unavailable; `auto` falls back to OpenCV's. */
export function loadFacesHaar(cv: OpenCv, files: FacesHaarFiles, choice: HaarEngineChoice): FacesHaar {
  const prepare = (grey: Mat) => grey.equalizeHist();
  if (choice === "opencv") return { ...openCvEngine(cv, files), prepare, engine: { name: "opencv" } };
  const exact = loadExactCascade({ addonPath: files.addonPath, cascadeXmlPath: files.cascadePath });
  if ("refusal" in exact) {
    if (choice === "exact") throw new Error(`HAAR_ENGINE=exact cannot be used: ${exact.refusal}`);
    return { ...openCvEngine(cv, files), prepare, engine: { name: "opencv", fallbackReason: exact.refusal } };
  }
  const { detector } = exact;
  return {
    engine: { name: "exact", instructionSet: detector.instructionSet },
    prepare,
    detect: (prepared, options, { maxSearchWindows, timeLimitMs }) => {
      requireAffordable(prepared, options, maxSearchWindows);
      const { scaleFactor, minNeighbors, minSize } = options;
      const { cols: width, rows: height } = prepared;
      const smallest = { width: minSize, height: minSize };
      const timeoutMs = Math.max(1, Math.floor(timeLimitMs));
      const limits = { timeLimitMs: timeoutMs, maxRectangles: MAX_RECTANGLES };
      const plane = { width, height, scaleFactor, minNeighbors, minSize: smallest, ...limits };
      const startedAt = performance.now();
      try {
        return withPixels(prepared, (pixels) => detector.detect(pixels, plane));
      } catch (error) {
        if ((error as { code?: unknown }).code !== DETECTION_LIMIT) throw error;
        throw performance.now() - startedAt < timeLimitMs
          ? tooCostly((error as Error).message)
          : failure("IMAGE_TIMEOUT", `The detection was stopped after ${timeoutMs} ms.`, { timeoutMs });
      }
    },
  };
}

function requireAffordable({ cols: width, rows: height }: Mat, options: DetectionOptions, maxWindows: number): void {
  const windows = countWindows({ width, height }, options);
  if (windows > maxWindows)
    throw tooCostly(`the options ask for ${windows} windows in ${width} × ${height} pixels, of at most ${maxWindows}`);
}

function tooCostly(reason: string): Failure {
  const remedy = "A larger minSize or scaleFactor, or a smaller image, takes less.";
  return failure("DETECTION_TOO_COSTLY", `The detection takes too much work: ${reason}. ${remedy}`);
}

function openCvEngine(cv: OpenCv, { cascadePath }: FacesHaarFiles): Pick<FacesHaar, "detect"> {
  const cascade = new cv.CascadeClassifier(cascadePath);
  const FLAGS = 0; // Cascades in the current format ignore it.
  return {
    detect: (prepared, options, { maxSearchWindows }) => {
      requireAffordable(prepared, options, Math.floor(maxSearchWindows / OPENCV_SLOWNESS));
      const { scaleFactor, minNeighbors, minSize } = options;
      const smallest = new cv.Size(minSize, minSize);
      const { objects } = cascade.detectMultiScale(prepared, scaleFactor, minNeighbors, FLAGS, smallest);
      return objects.map(({ x, y, width, height }): Box => [x, y, width, height]);
    },
  };
}
