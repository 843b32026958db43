/** Maximum items that are mapped concurrently. A function is called before each item is read. */
export type InFlightLimit = number | (() => number);

/**
 * Maps items as they arrive, at most `maxInFlight` concurrently, and returns the results in order of arrival. At the
 * limit it stops reading from the source.
 * @throws the first error of the source or of a mapping, after all mappings have settled, so that cleanup, such as
 * deleting stored images, cannot race with one of them.
 */
export async function mapInOrder<T, R>(
  source: AsyncIterable<T>,
  maxInFlight: InFlightLimit,
  map: (item: T) => Promise<R>,
): Promise<R[]> {
  const results: Promise<R>[] = [];
  const inFlight = new Set<Promise<R>>();
  const limit = () => (typeof maxInFlight === "number" ? maxInFlight : maxInFlight());
  try {
    for await (const item of source) {
      const result = map(item);
      results.push(result);
      inFlight.add(result);
      // A rejection is thrown by the race or at the end; until then it must not count as unhandled.
      result.then(() => inFlight.delete(result)).catch(() => {});
      while (inFlight.size > 0 && inFlight.size >= limit()) await Promise.race(inFlight);
    }
    return await Promise.all(results);
  } finally {
    await Promise.allSettled(inFlight);
  }
}
