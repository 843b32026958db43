/** The exact detector with its cascade, checked before it is used. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { findDifference } from "./exact-cascade-check.ts";
import { type ExactDetector, type InstructionSet, openDetector } from "./exact-detector.ts";

export interface ExactCascadeFiles {
  /** Path of the addon as `native/cascade/build.ts` made it. */
  readonly addonPath: string;
  /** Path of a cascade in OpenCV's XML format. */
  readonly cascadeXmlPath: string;
  /** The fastest that the processor has, if it is not given. */
  readonly instructionSet?: InstructionSet;
  /** Also accept a cascade for which no rectangles are stored to check the addon with. For tests. */
  readonly withoutSelfCheck?: boolean;
}

/** A detector, or why there is none: then OpenCV's own classifier has to do the work. */
export type ExactCascade = { readonly detector: ExactDetector } | { readonly refusal: string };

/**
 * Loads the addon and the cascade, and compares what they find in generated images with stored rectangles of OpenCV.
 * Never throws: whatever is wrong becomes the reason of the refusal.
 */
export function loadExactCascade(files: ExactCascadeFiles): ExactCascade {
  try {
    const xml = readFileSync(files.cascadeXmlPath);
    const detector = openDetector(files.addonPath, xml.toString("utf8"), files.instructionSet);
    if (!files.withoutSelfCheck) {
      const difference = findDifference(detector, createHash("sha256").update(xml).digest("hex"));
      if (difference) return { refusal: `self-check: ${difference}` };
    }
    return { detector };
  } catch (error) {
    return { refusal: error instanceof Error ? error.message : String(error) };
  }
}
