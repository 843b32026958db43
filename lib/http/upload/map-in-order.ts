/**
 * Maps what arrives as it arrives, at most `maxInFlight` at once, and gives the results in the order of arrival. While
 * as many are in flight, nothing more is taken from the source.
 * @throws the first error of the source or of a mapping, when no mapping is in flight any more: whoever undoes what
 * the mappings did, such as storing an image, must not be overtaken by one of them.
 */
export async function mapInOrder<T, R>(
  source: AsyncIterable<T>,
  maxInFlight: number,
  map: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: Promise<R>[] = [];
  const inFlight = new Set<Promise<R>>();
  try {
    for await (const item of source) {
      const result = map(item);
      results.push(result);
      inFlight.add(result);
      // A failure is thrown by the race or at the end; until then it must not count as unhandled.
      result.then(() => inFlight.delete(result)).catch(() => {});
      if (inFlight.size >= maxInFlight) await Promise.race(inFlight);
    }
    return await Promise.all(results);
  } finally {
    await Promise.allSettled(inFlight);
  }
}
