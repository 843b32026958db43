import type { Binary } from "mongodb";
import { packVectors, unpackVectors } from "../../encoding/vectors.ts";

/** Stored form of vectors of equal length. */
export interface StoredVectors {
  readonly count: number;
  readonly bytes: Buffer | Binary;
}

export function storedVectors(vectors: readonly ArrayLike<number>[]): StoredVectors {
  return { count: vectors.length, bytes: Buffer.from(packVectors(vectors)) };
}

export function vectorsOf({ count, bytes }: StoredVectors): Float64Array[] {
  return unpackVectors("buffer" in bytes && bytes instanceof Uint8Array ? bytes : (bytes as Binary).value(), count);
}

export const numbersOf = (stored: StoredVectors): number[][] => vectorsOf(stored).map((vector) => Array.from(vector));
