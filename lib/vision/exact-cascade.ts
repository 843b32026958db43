/** Loads the exact detector with its cascade and checks it before use. */
import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { findDifference } from "./exact-cascade-check.ts";
import { type ExactDetector, type InstructionSet, openDetector } from "./exact-detector.ts";

export interface ExactCascadeFiles {
  /** Path of the addon built by `native/cascade/build.ts`. */
  readonly addonPath: string;
  /** Path of a cascade in OpenCV's XML format. */
  readonly cascadeXmlPath: string;
  /** By default, the fastest that the processor has. */
  readonly instructionSet?: InstructionSet;
  /** Whether a cascade without stored check rectangles is accepted. For tests. */
  readonly withoutSelfCheck?: boolean;
}

/** A detector, or the reason for using OpenCV's own classifier instead. */
export type ExactCascade = { readonly detector: ExactDetector } | { readonly refusal: string };

/**
 * Loads the addon and the cascade, and compares their results on generated images with stored results of OpenCV. Never
 * throws: any error becomes the reason of the refusal.
 */
export function loadExactCascade(files: ExactCascadeFiles): ExactCascade {
  try {
    const xml = readFileSync(files.cascadeXmlPath);
    const detector = openDetector(files.addonPath, xml.toString("utf8"), files.instructionSet);
    if (!files.withoutSelfCheck) {
      const difference = findDifference(detector, hash("sha256", xml));
      if (difference) return { refusal: `self-check: ${difference}` };
    }
    return { detector };
  } catch (error) {
    return { refusal: error instanceof Error ? error.message : String(error) };
  }
}
