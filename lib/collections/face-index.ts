/** Exact search of the nearest vectors: every one is looked at, in one block of 32-bit numbers. Pure. */

export interface Match {
  /** Position in the order of adding. */
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

  /** Numbers of each vector; 0 while there is none. */
  get dimensions(): number {
    return this.#dimensions;
  }

  get bytes(): number {
    return this.#vectors.byteLength;
  }

  /** All vectors of an index are of the first one's length. */
  add(vector: ArrayLike<number>): void {
    if (this.#count === 0) this.#dimensions = vector.length;
    const end = (this.#count + 1) * this.#dimensions;
    if (end > this.#vectors.length) this.#grow();
    writeUnit(vector, this.#vectors, end - this.#dimensions);
    this.#count++;
  }

  /** The nearest first; those equally near in the order of adding. None for a vector of another length. */
  search(vector: ArrayLike<number>, limit: number): Match[] {
    const search = this.beginSearch(vector, limit);
    search.scan(this.#count);
    return search.best;
  }

  /** A search among the vectors that are there now, to be done bit by bit. More may be added meanwhile. */
  beginSearch(vector: ArrayLike<number>, limit: number): FaceSearch {
    const isComparable = vector.length === this.#dimensions;
    const probe = new Float32Array(vector.length);
    writeUnit(vector, probe, 0);
    // Vectors are never changed where they are: growing copies them.
    return new FaceSearch(this.#vectors, isComparable ? this.#count : 0, probe, limit);
  }

  #grow(): void {
    const capacity = Math.max(FIRST_CAPACITY, 2 * this.#count);
    const vectors = new Float32Array(capacity * this.#dimensions);
    vectors.set(this.#vectors);
    this.#vectors = vectors;
  }
}

export class FaceSearch {
  /** The nearest of those looked at so far, best first. */
  readonly best: Match[] = [];
  readonly #vectors: Float32Array;
  readonly #count: number;
  readonly #probe: Float32Array;
  readonly #limit: number;
  #position = 0;
  #least = Number.NEGATIVE_INFINITY;

  constructor(vectors: Float32Array, count: number, probe: Float32Array, limit: number) {
    this.#vectors = vectors;
    this.#count = count;
    this.#probe = probe;
    this.#limit = limit;
  }

  /** Looks at so many more vectors. @returns whether all have been looked at. */
  scan(vectorCount: number): boolean {
    const vectors = this.#vectors;
    const probe = this.#probe;
    const dimensions = probe.length;
    const end = Math.min(this.#count, this.#position + vectorCount);
    for (let position = this.#position, at = position * dimensions; position < end; position++, at += dimensions) {
      let similarity = 0;
      for (let d = 0; d < dimensions; d++) similarity += (vectors[at + d] as number) * (probe[d] as number);
      if (this.best.length === this.#limit && similarity <= this.#least) continue;
      this.#insert({ position, similarity });
    }
    this.#position = end;
    return end === this.#count;
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
 * Writes the vector of length 1 in the same direction; zeros for one without a direction. Divided by its largest number
 * first, a vector of very large or very small numbers neither overflows nor vanishes when it is squared.
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
