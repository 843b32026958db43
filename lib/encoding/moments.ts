/** Mean and variance of vectors from partial sums. Pure. */

/** Of some vectors: their number, their mean, and the sum of squared distances from it, by component. */
export interface Moments {
  readonly count: number;
  readonly mean: Float64Array;
  readonly squares: Float64Array;
}

/** Of vectors of one length, which must not be none. */
export function momentsOf(vectors: readonly ArrayLike<number>[]): Moments {
  const dimensions = vectors[0]?.length ?? 0;
  const mean = new Float64Array(dimensions);
  const squares = new Float64Array(dimensions);
  for (const [index, vector] of vectors.entries())
    for (let d = 0; d < dimensions; d++) {
      const before = (vector[d] as number) - (mean[d] as number);
      mean[d] = (mean[d] as number) + before / (index + 1);
      squares[d] = (squares[d] as number) + before * ((vector[d] as number) - (mean[d] as number));
    }
  return { count: vectors.length, mean, squares };
}

/**
 * Of all vectors together. In exact arithmetic it matters neither in which order nor in which parts they were taken; in
 * ours the difference stays far below 1e-9 for vectors of length 1.
 *
 * Source: Chan, Golub, LeVeque, Updating formulae and a pairwise algorithm for computing sample variances (1979).
 */
export function merged(a: Moments, b: Moments): Moments {
  if (a.mean.length !== b.mean.length) throw new RangeError("The vectors are not of one length.");
  const count = a.count + b.count;
  const mean = new Float64Array(a.mean.length);
  const squares = new Float64Array(a.mean.length);
  for (let d = 0; d < mean.length; d++) {
    const apart = (b.mean[d] as number) - (a.mean[d] as number);
    mean[d] = (a.mean[d] as number) + apart * (b.count / count);
    squares[d] = (a.squares[d] as number) + (b.squares[d] as number) + apart * apart * ((a.count * b.count) / count);
  }
  return { count, mean, squares };
}

/** By component, of the vectors themselves: the mean of squared distances from the mean. */
export function variance({ count, squares }: Moments): number[] {
  return Array.from(squares, (sum) => sum / count);
}
