/** Similarity of two encodings. Pure. */
import type { Probe } from "../collections/probe.ts";
import type { Comparison } from "../contracts/collection.ts";
import { failure } from "../errors.ts";
import type { EncoderModel } from "./encoding.ts";

/** An encoding that a client sends has no version. It is taken to have the version of the one it is compared with. */
type Versioned = Pick<Probe, "encoding" | "version">;

/**
 * @throws INVALID_OPTION if the vectors' lengths differ from each other or from the model's; MODEL_UNAVAILABLE if the
 *   model was replaced after it had encoded one of them.
 */
export function compare(first: Versioned, second: Versioned, current: EncoderModel): Comparison {
  const version = first.version ?? second.version ?? current.version;
  if (second.version !== undefined && second.version !== version) {
    const detail = `The model was being replaced: the images were encoded by ${version} and ${second.version}.`;
    throw failure("MODEL_UNAVAILABLE", detail, { model: current.name, retryAfterSeconds: 1 });
  }
  const model = ofVersion(current, version);
  const [a, b] = [first.encoding, second.encoding];
  const { dimensions } = model;
  if (dimensions !== undefined && (a.length !== dimensions || b.length !== dimensions)) {
    const detail = `Encodings of ${model.name} have ${dimensions} numbers.`;
    throw failure("INVALID_OPTION", detail, { dimensions, index: a.length === dimensions ? 1 : 0 });
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

/** Measurements of one version of the model, such as a threshold, do not apply to another version. */
export function ofVersion(model: EncoderModel, version: string): EncoderModel {
  return model.version === version ? model : { name: model.name, version };
}

/**
 * The unit vector in the same direction; zeros remain. Without scaling, products of small numbers would underflow to 0.
 */
function unit(vector: readonly number[]): number[] {
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}

/** Null if the model has no measured similarity threshold. */
export function isSamePerson(similarity: number, { samePerson }: EncoderModel): boolean | null {
  return samePerson === undefined ? null : similarity >= samePerson;
}
