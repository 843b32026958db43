/** How near two encodings are. Pure. */
import type { Comparison } from "../contracts/collection.ts";
import { failure } from "../errors.ts";
import type { EncoderModel } from "./encoding.ts";

/** @throws INVALID_OPTION for vectors that are not of one length, or not of the model's. */
export function compare(a: readonly number[], b: readonly number[], model: EncoderModel): Comparison {
  const { dimensions } = model;
  if (dimensions !== undefined && (a.length !== dimensions || b.length !== dimensions)) {
    const detail = `Encodings of ${model.name} have ${dimensions} numbers.`;
    throw failure("INVALID_OPTION", detail, { dimensions });
  }
  if (a.length !== b.length)
    throw failure("INVALID_OPTION", `Encodings of ${a.length} and of ${b.length} numbers cannot be compared.`);
  const product = a.reduce((sum, value, index) => sum + value * (b[index] as number), 0);
  // Rounding may take it a little beyond 1.
  const similarity = Math.max(-1, Math.min(1, product / (Math.hypot(...a) * Math.hypot(...b) || 1)));
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

/** Null where nobody measured from which similarity on it is so. */
export function isSamePerson(similarity: number, { samePerson }: EncoderModel): boolean | null {
  return samePerson === undefined ? null : similarity >= samePerson;
}
