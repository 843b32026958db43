/** What faces must meet to be added to a collection. Pure. */
import type { Requirements } from "../contracts/collection.ts";
import type { FaceQuality } from "../contracts/face-quality.ts";
import { type Failure, failure } from "../errors.ts";

interface Limit {
  readonly measure: string;
  /** Reads the value from the quality. For angles, it is the distance from 0. */
  readonly of: (quality: FaceQuality) => number;
  readonly least?: number | undefined;
  readonly most?: number | undefined;
}

function limitsOf(requirements: Requirements): Limit[] {
  const { minSharpness, minSize, minBrightness, maxBrightness, maxYaw, maxPitch, maxRoll } = requirements;
  const limits: Limit[] = [
    { measure: "sharpness", of: ({ sharpness }) => sharpness, least: minSharpness },
    { measure: "size", of: ({ size }) => size, least: minSize },
    { measure: "brightness", of: ({ brightness }) => brightness, least: minBrightness, most: maxBrightness },
    { measure: "yaw", of: ({ pose }) => Math.abs(pose.yaw), most: maxYaw },
    { measure: "pitch", of: ({ pose }) => Math.abs(pose.pitch), most: maxPitch },
    { measure: "roll", of: ({ pose }) => Math.abs(pose.roll), most: maxRoll },
  ];
  return limits.filter(({ least, most }) => (least ?? most) !== undefined);
}

/**
 * @param quality Undefined if it was not measured.
 * @param index Index of the face in the request, from 0.
 * @throws FACE_QUALITY with the first requirement that is not met.
 */
export function requireQuality(requirements: Requirements, quality: FaceQuality | undefined, index: number): void {
  for (const { measure, of, least, most } of limitsOf(requirements)) {
    if (!quality) throw unknownQuality(index);
    const value = of(quality);
    const required =
      least !== undefined && value < least ? { least } : most !== undefined && value > most ? { most } : undefined;
    if (!required) continue;
    const bound = "least" in required ? `at least ${required.least}` : `at most ${required.most}`;
    const detail = `The ${measure} of face ${index} is ${value}; the collection requires ${bound}.`;
    throw failure("FACE_QUALITY", detail, { index, measure, value, ...required });
  }
}

function unknownQuality(index: number): Failure {
  const detail = `The quality of face ${index} is not known: it is measured in images by the service's own encoder.`;
  return failure("FACE_QUALITY", detail, { index });
}
