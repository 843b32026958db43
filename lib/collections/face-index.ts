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
    this.#vectors.set(unit(vector), end - this.#dimensions);
    this.#count++;
  }

  /** The nearest first; those equally near in the order of adding. None for a vector of another length. */
  search(vector: ArrayLike<number>, limit: number): Match[] {
    if (vector.length !== this.#dimensions) return [];
    const probe = Float32Array.from(unit(vector));
    const vectors = this.#vectors;
    const dimensions = this.#dimensions;
    const best: Match[] = [];
    let least = Number.NEGATIVE_INFINITY;
    for (let position = 0, at = 0; position < this.#count; position++, at += dimensions) {
      let similarity = 0;
      for (let d = 0; d < dimensions; d++) similarity += (vectors[at + d] as number) * (probe[d] as number);
      if (best.length === limit && similarity <= least) continue;
      insert(best, { position, similarity });
      if (best.length > limit) best.pop();
      if (best.length === limit) least = (best.at(-1) as Match).similarity;
    }
    return best;
  }

  #grow(): void {
    const capacity = Math.max(FIRST_CAPACITY, 2 * this.#count);
    const vectors = new Float32Array(capacity * this.#dimensions);
    vectors.set(this.#vectors);
    this.#vectors = vectors;
  }
}

function insert(best: Match[], match: Match): void {
  let place = best.length;
  while (place > 0 && (best[place - 1] as Match).similarity < match.similarity) place--;
  best.splice(place, 0, match);
}

/** The vector of length 1 in the same direction; a vector without one stays what it is. */
function unit(vector: ArrayLike<number>): number[] {
  const length = Math.hypot(...Array.from(vector)) || 1;
  return Array.from(vector, (value) => value / length);
}
