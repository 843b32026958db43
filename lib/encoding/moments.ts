/** Mean and variance of vectors from partial sums. Pure. */

/** Count, mean and sum of squared deviations of vectors, per component. */
export interface Moments {
  readonly count: number;
  readonly mean: Float64Array;
  readonly squares: Float64Array;
}

/** Requires at least one vector, all of one length. */
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
 * Moments of the union. In exact arithmetic, order and partitioning do not matter; in floating point, the error stays
 * far below 1e-9 for vectors of length 1.
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

/** Population variance per component. */
export function variance({ count, squares }: Moments): number[] {
  return Array.from(squares, (sum) => sum / count);
}
