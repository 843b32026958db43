/**
 * Running mean of any number of encodings, in the memory of one. Each encoding moves the mean by its share of the
 * difference (B. P. Welford, Technometrics 4, 1962), so no large sum accumulates in which small differences are lost.
 */
export interface MeanEncoding {
  readonly count: number;
  readonly mean: readonly number[];
}

export const noEncodings: MeanEncoding = { count: 0, mean: [] };

/** @throws RangeError if the encoding's length differs from the earlier ones. */
export function addEncoding({ count, mean }: MeanEncoding, encoding: readonly number[]): MeanEncoding {
  if (count === 0) return { count: 1, mean: [...encoding] };
  if (encoding.length !== mean.length)
    throw new RangeError(`An encoding of ${encoding.length} numbers among such of ${mean.length}.`);
  const next = count + 1;
  return { count: next, mean: mean.map((value, i) => value + ((encoding[i] as number) - value) / next) };
}
