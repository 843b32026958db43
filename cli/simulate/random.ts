/** Reproducible random numbers. */
export interface Random {
  /** Uniform in [0, 1). */
  next(): number;
  /** Exponentially distributed time to the next event of a Poisson process, in ms. */
  gapMs(perSecond: number): number;
  /** A random item. */
  pick<T>(items: readonly T[]): T;
}

/** sfc32 of the PractRand test suite (C. Doty-Humphrey), seeded as by its `seed(uint64)`. */
export function seededRandom(seed: number): Random {
  let [a, b, c, counter] = [0, seed | 0, Math.floor(seed / 2 ** 32) | 0, 1];
  function next(): number {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 2 ** 32;
  }
  for (let round = 0; round < 12; round++) next();
  return {
    next,
    gapMs: (perSecond) => (-Math.log(1 - next()) / perSecond) * 1000,
    pick: (items) => items[Math.floor(next() * items.length)] as (typeof items)[number],
  };
}
