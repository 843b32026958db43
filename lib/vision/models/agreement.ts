/**
 * Checks a model's result against its reference. Networks round differently on different processors, so a near match
 * agrees; the check detects damaged or swapped models and broken arithmetic.
 */
import type { Face, FoundObject, LabelScore, ModelOutput } from "../../contracts/results.ts";

const PIXELS = 3;
const SCORE = 0.05;
/**
 * Tolerance for the scores of labels. Quantised arithmetic varies more, because its instructions accumulate in
 * different orders and widths.
 */
const LABEL_SCORE = 0.15;
const TOP = 3;
/** Minimum cosine of two encodings of one image. Different images of one person rarely exceed 0.8. */
const COSINE = 0.98;

/** @returns the difference, or undefined if the result agrees. */
export function disagreement(actual: ModelOutput, reference: ModelOutput): string | undefined {
  if ("faces" in reference) return "faces" in actual ? differs(actual.faces, reference.faces, faceDiffers) : "no faces";
  if ("objects" in reference)
    return "objects" in actual ? differs(actual.objects, reference.objects, objectDiffers) : "no objects";
  return "labels" in actual ? labelsDiffer(actual.labels, reference.labels) : "no labels";
}

function differs<T>(actual: readonly T[], reference: readonly T[], one: (a: T, b: T) => string | undefined) {
  if (actual.length !== reference.length) return `${actual.length} found instead of ${reference.length}`;
  return reference.map((expected, index) => one(actual[index] as T, expected)).find((fault) => fault !== undefined);
}

function isNear(actual: readonly number[], reference: readonly number[], tolerance: number): boolean {
  return reference.every((value, index) => Math.abs((actual[index] ?? Number.NaN) - value) <= tolerance);
}

function faceDiffers(actual: Face, reference: Face): string | undefined {
  if (!isNear(actual.box ?? [], reference.box ?? [], PIXELS))
    return `a face at ${actual.box} instead of ${reference.box}`;
  if (!isNear([actual.score ?? 1], [reference.score ?? 1], SCORE)) return `a face's score is ${actual.score}`;
  if (reference.landmarks && !isNear(actual.landmarks?.flat() ?? [], reference.landmarks.flat(), PIXELS))
    return "a face's landmarks are elsewhere";
  if (!reference.encoding) return undefined;
  const cosine = reference.encoding.reduce((sum, value, index) => sum + value * (actual.encoding?.[index] ?? 0), 0);
  return cosine >= COSINE ? undefined : `an encoding's cosine with its reference is ${cosine.toFixed(3)}`;
}

function objectDiffers(actual: FoundObject, reference: FoundObject): string | undefined {
  if (actual.label !== reference.label) return `${actual.label} instead of ${reference.label}`;
  if (!isNear(actual.box, reference.box, 2 * PIXELS)) return `${actual.label} at ${actual.box}, not ${reference.box}`;
  return isNear([actual.score], [reference.score], SCORE) ? undefined : `${actual.label} has score ${actual.score}`;
}

function labelsDiffer(actual: readonly LabelScore[], [best]: readonly LabelScore[]): string | undefined {
  if (!best) return undefined;
  const found = actual.slice(0, TOP).find(({ label }) => label === best.label);
  if (!found) return `${best.label} is not among the first ${TOP}`;
  return isNear([found.score], [best.score], LABEL_SCORE) ? undefined : `${best.label} has score ${found.score}`;
}
