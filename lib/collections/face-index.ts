/** Exact nearest-neighbour search: scans all vectors, stored in one block of 32-bit floats. Pure. */

export interface Match {
  /** Position in insertion order. */
  readonly position: number;
  /** Cosine of the angle between the vectors, -1 to 1. */
  readonly similarity: number;
}

const FIRST_CAPACITY = 256;

export class FaceIndex {
  #dimensions = 0;
  #count = 0;
  #vectors = new Float32Array(0);

  get count(): number {
    return this.#count;
  }

  /** Length of each vector; 0 while there is none. */
  get dimensions(): number {
    return this.#dimensions;
  }

  get bytes(): number {
    return this.#vectors.byteLength;
  }

  /** All vectors must have the length of the first one. */
  add(vector: ArrayLike<number>): void {
    if (this.#count === 0) this.#dimensions = vector.length;
    const end = (this.#count + 1) * this.#dimensions;
    if (end > this.#vectors.length) this.#grow();
    writeUnit(vector, this.#vectors, end - this.#dimensions);
    this.#count++;
  }

  /** Nearest first, ties in insertion order. Empty for a vector of another length. */
  search(vector: ArrayLike<number>, limit: number): Match[] {
    const search = this.beginSearch(vector, limit);
    search.scan(this.#count);
    return search.best;
  }

  /** An incremental search over the vectors present now, from a position on. More may be added meanwhile. */
  beginSearch(vector: ArrayLike<number>, limit: number, from = 0): FaceSearch {
    const isComparable = vector.length === this.#dimensions;
    const probe = new Float32Array(vector.length);
    writeUnit(vector, probe, 0);
    // Vectors are never changed in place: growing copies them.
    return new FaceSearch(this.#vectors, isComparable ? { from, to: this.#count } : { from: 0, to: 0 }, probe, limit);
  }

  #grow(): void {
    const capacity = Math.max(FIRST_CAPACITY, 2 * this.#count);
    const vectors = new Float32Array(capacity * this.#dimensions);
    vectors.set(this.#vectors);
    this.#vectors = vectors;
  }
}

interface Positions {
  readonly from: number;
  /** The position after the last vector to scan. */
  readonly to: number;
}

export class FaceSearch {
  /** The best matches so far, best first. */
  readonly best: Match[] = [];
  readonly #vectors: Float32Array;
  readonly #end: number;
  readonly #probe: Float32Array;
  readonly #limit: number;
  #position: number;
  #least = Number.NEGATIVE_INFINITY;

  constructor(vectors: Float32Array, positions: Positions, probe: Float32Array, limit: number) {
    this.#vectors = vectors;
    this.#position = positions.from;
    this.#end = positions.to;
    this.#probe = probe;
    this.#limit = limit;
  }

  /** Scans the next `vectorCount` vectors. @returns whether all have been scanned. */
  scan(vectorCount: number): boolean {
    const vectors = this.#vectors;
    const probe = this.#probe;
    const dimensions = probe.length;
    const end = Math.min(this.#end, this.#position + vectorCount);
    for (let position = this.#position, at = position * dimensions; position < end; position++, at += dimensions) {
      let similarity = 0;
      for (let d = 0; d < dimensions; d++) similarity += (vectors[at + d] as number) * (probe[d] as number);
      if (this.best.length === this.#limit && similarity <= this.#least) continue;
      this.#insert({ position, similarity });
    }
    this.#position = end;
    return end === this.#end;
  }

  #insert(match: Match): void {
    const { best } = this;
    let place = best.length;
    while (place > 0 && (best[place - 1] as Match).similarity < match.similarity) place--;
    best.splice(place, 0, match);
    if (best.length > this.#limit) best.pop();
    if (best.length === this.#limit) this.#least = (best.at(-1) as Match).similarity;
  }
}

/**
 * Writes the unit vector in the same direction, or zeros for a zero vector. Scales by the largest component first, so
 * that squaring neither overflows nor underflows.
 */
function writeUnit(vector: ArrayLike<number>, target: Float32Array, offset: number): void {
  let largest = 0;
  for (let d = 0; d < vector.length; d++) largest = Math.max(largest, Math.abs(vector[d] as number));
  if (largest === 0) largest = 1;
  let squares = 0;
  for (let d = 0; d < vector.length; d++) squares += ((vector[d] as number) / largest) ** 2;
  const length = Math.sqrt(squares) || 1;
  for (let d = 0; d < vector.length; d++) target[offset + d] = (vector[d] as number) / largest / length;
}
