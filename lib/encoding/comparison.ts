/** Similarity of two encodings. Pure. */
import type { Comparison } from "../contracts/collection.ts";
import { failure } from "../errors.ts";
import type { EncoderModel } from "./encoding.ts";

/** @throws INVALID_OPTION if the vectors' lengths differ from each other or from the model's. */
export function compare(a: readonly number[], b: readonly number[], model: EncoderModel): Comparison {
  const { dimensions } = model;
  if (dimensions !== undefined && (a.length !== dimensions || b.length !== dimensions)) {
    const detail = `Encodings of ${model.name} have ${dimensions} numbers.`;
    throw failure("INVALID_OPTION", detail, { dimensions });
  }
  if (a.length !== b.length)
    throw failure("INVALID_OPTION", `Encodings of ${a.length} and of ${b.length} numbers cannot be compared.`);
  const other = unit(b);
  const cosine = unit(a).reduce((sum, value, index) => sum + value * (other[index] as number), 0);
  // Rounding may push it slightly beyond ±1.
  const similarity = Math.max(-1, Math.min(1, cosine));
  const distance = Math.hypot(...a.map((value, index) => value - (b[index] as number)));
  return {
    similarity,
    distance,
    samePerson: isSamePerson(similarity, model),
    threshold: model.samePerson ?? null,
    model: model.name,
    version: model.version,
    quality: [...(model.quality ?? [])],
  };
}

/** The unit vector in the same direction; zeros remain. Multiplied as they are, small numbers would become 0. */
function unit(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}

/** Null if the model has no measured similarity threshold. */
export function isSamePerson(similarity: number, { samePerson }: EncoderModel): boolean | null {
  return samePerson === undefined ? null : similarity >= samePerson;
}
