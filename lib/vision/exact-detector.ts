/**
 * A Haar cascade evaluated by our own addon (`native/cascade`). Gives exactly the rectangles of OpenCV's
 * `CascadeClassifier.detectMultiScale` at many times its speed.
 */
import { createRequire } from "node:module";
import type { Box } from "../contracts/receipt.ts";
import type { Size } from "./size.ts";

/** Compiled variants of the inner loops. `portable` runs everywhere; all give the same boxes. */
export type InstructionSet = "avx2" | "sse2" | "portable";

export interface ExactDetection extends Size {
  /** Bytes from one row to the next; `width` by default. */
  readonly stride?: number;
  /** Ratio of consecutive window sizes, at least 1.001. */
  readonly scaleFactor: number;
  /** Only groups of more than this many similar rectangles count; 0 returns the ungrouped rectangles. */
  readonly minNeighbors: number;
  /** Minimum window size; no limit by default. */
  readonly minSize?: Size;
  /** Maximum window size. No limit by default or if a side is 0. */
  readonly maxSize?: Size;
  /** Time limit of the detection in whole milliseconds; no limit if 0 or absent. */
  readonly timeLimitMs?: number;
  /** Maximum number of rectangles before grouping; no limit if 0 or absent. */
  readonly maxRectangles?: number;
}

/** A detector. Each thread needs its own: the work area serves only one detection at a time. */
export interface ExactDetector {
  readonly instructionSet: InstructionSet;
  /**
   * Size of the work area in bytes. It grows as detections need it: to about 10 MB for images of usual shapes, to 20 MB
   * for one with a side of a million pixels.
   */
  readonly workBytes: number;
  /**
   * The boxes in a grey plane of 8 bits per pixel, in OpenCV's order (ungrouped: its single-threaded order).
   *
   * @throws RangeError if the plane is smaller than its dimensions require or an option is out of bounds; an Error with
   *   the code DETECTION_LIMIT if a limit is reached.
   */
  detect(plane: Uint8Array, detection: ExactDetection): Box[];
}

interface Addon {
  readonly instructionSets: InstructionSet[];
  readonly Detector: new (cascadeXml: string, instructionSet: InstructionSet) => AddonDetector;
}

interface AddonDetector {
  readonly workBytes: number;
  detect(plane: Uint8Array, ...numbers: number[]): Int32Array;
}

const MIN_SCALE_FACTOR = 1.001; // Smaller factors only bloat the list of window sizes.
const MAX_INTEGER = 2 ** 31 - 1;
/** The `code` of the error thrown when a detection reaches a limit. */
export const DETECTION_LIMIT = "DETECTION_LIMIT";
const NO_SIZE: Size = { width: 0, height: 0 };

/** @throws if the addon cannot be loaded or rejects the cascade. */
export function openDetector(addonPath: string, cascadeXml: string, wanted?: InstructionSet): ExactDetector {
  const addon: Addon = createRequire(import.meta.url)(addonPath);
  const instructionSet = wanted ?? addon.instructionSets[0] ?? "portable";
  return wrap(new addon.Detector(cascadeXml, instructionSet), instructionSet);
}

/** The instruction sets that this processor supports, fastest first. @throws if the addon cannot be loaded. */
export function listInstructionSets(addonPath: string): InstructionSet[] {
  const addon: Addon = createRequire(import.meta.url)(addonPath);
  return addon.instructionSets;
}

function wrap(native: AddonDetector, instructionSet: InstructionSet): ExactDetector {
  return {
    instructionSet,
    get workBytes() {
      return native.workBytes;
    },
    detect(plane, detection) {
      const { width, height, stride = width, scaleFactor, minNeighbors } = detection;
      const { minSize = NO_SIZE, maxSize = NO_SIZE, timeLimitMs = 0, maxRectangles = 0 } = detection;
      if (!(scaleFactor >= MIN_SCALE_FACTOR && Number.isFinite(scaleFactor)))
        throw new RangeError(`scaleFactor must be a number of at least ${MIN_SCALE_FACTOR}`);
      requireIntegers({ width, height, stride }, 1);
      requireIntegers({ minNeighbors }, 0);
      requireIntegers({ "minSize.width": minSize.width, "minSize.height": minSize.height }, 0);
      requireIntegers({ "maxSize.width": maxSize.width, "maxSize.height": maxSize.height }, 0);
      requireIntegers({ timeLimitMs, maxRectangles }, 0);
      if (stride < width || plane.length < (height - 1) * stride + width)
        throw new RangeError(`${plane.length} bytes are no plane of ${width}×${height} with a stride of ${stride}`);

      const sizes = [minSize.width, minSize.height, maxSize.width, maxSize.height];
      const limits = [timeLimitMs, maxRectangles];
      return toBoxes(native.detect(plane, width, height, stride, scaleFactor, minNeighbors, ...sizes, ...limits));
    },
  };
}

function requireIntegers(values: Record<string, number>, least: number): void {
  for (const [name, value] of Object.entries(values))
    if (!Number.isInteger(value) || value < least || value > MAX_INTEGER)
      throw new RangeError(`${name} must be an integer of at least ${least}`);
}

function toBoxes(numbers: Int32Array): Box[] {
  const boxes: Box[] = [];
  for (let i = 0; i + 3 < numbers.length; i += 4)
    boxes.push([numbers[i], numbers[i + 1], numbers[i + 2], numbers[i + 3]] as unknown as Box);
  return boxes;
}
