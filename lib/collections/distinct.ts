/** Refuses faces that are too near to others. */
import { failure } from "../errors.ts";
import { FaceIndex, type Match } from "./face-index.ts";

/** Two faces of a request, or a face of a request and one of the collection. Faces of a request are numbered from 0. */
interface Pair {
  readonly index: number;
  readonly faceId?: string;
  readonly otherIndex?: number;
}

/** Unit vectors are rounded to 32-bit floats: the squared distance of equal ones comes out as less than this. */
const ROUNDING = 2 ** -21;

/** Euclidean distance of two unit vectors with this scalar product. */
function distanceOf(similarity: number): number {
  const square = 2 - 2 * similarity;
  return square < ROUNDING ? 0 : Math.sqrt(square);
}

/** @throws DUPLICATE_FACE if the pair is nearer than `minDistance`. */
export function requireFarther({ similarity }: Match, minDistance: number, pair: Pair): void {
  const distance = distanceOf(similarity);
  if (distance >= minDistance) return;
  const { index, faceId, otherIndex } = pair;
  const other = faceId === undefined ? `face ${otherIndex} of the request` : `the face ${faceId} of the collection`;
  const detail = `Face ${index} is ${distance.toFixed(3)} from ${other}; the collection requires ${minDistance}.`;
  throw failure("DUPLICATE_FACE", detail, { distance, ...pair });
}

/**
 * Compares the faces of a request with each other.
 * @param nearestOf Searches the faces before one. There may be a thousand faces of 4096 numbers, so it yields to other
 * work.
 * @throws DUPLICATE_FACE, and what `nearestOf` throws
 */
export async function requireDistinct(
  encodings: readonly (readonly number[])[],
  minDistance: number,
  nearestOf: (before: FaceIndex, encoding: readonly number[]) => Promise<Match | undefined>,
): Promise<void> {
  const before = new FaceIndex();
  for (const [index, encoding] of encodings.entries()) {
    const nearest = index === 0 ? undefined : await nearestOf(before, encoding);
    if (nearest) requireFarther(nearest, minDistance, { index, otherIndex: nearest.position });
    before.add(encoding);
  }
}
