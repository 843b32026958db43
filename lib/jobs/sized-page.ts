/** Pages that are bounded in size too: pages of results, and of events with results. */

/**
 * Approximate maximum of characters of JSON in a page. A result usually has a few hundred, but encodings of a crowd
 * have some hundred thousand. A thousand of these would exceed the memory of a node, and the packet size that other
 * nodes accept.
 */
const MOST_CHARACTERS = 16 * 2 ** 20;

export interface SizedPage<T> {
  readonly items: T[];
  /** Whether there are no more. */
  readonly isEnd: boolean;
}

/**
 * Reads a page in steps that depend on the size of the previous items.
 * @param most Maximum items of the page.
 * @param first Items of the first step, when their size is unknown.
 * @param read Reads at most `limit` items that follow the last one.
 * @returns fewer items than there are if they are large.
 */
export async function sizedPage<T>(
  most: number,
  first: number,
  read: (last: T | undefined, limit: number) => Promise<readonly T[]>,
): Promise<SizedPage<T>> {
  const items: T[] = [];
  for (let wanted = Math.min(most, first), characters = 0; ; ) {
    const step = await read(items.at(-1), wanted - items.length);
    items.push(...step);
    if (items.length < wanted) return { items, isEnd: true };
    if (wanted === most) return { items, isEnd: false };
    characters += step.reduce((sum, item) => sum + JSON.stringify(item).length, 0);
    if (characters >= MOST_CHARACTERS) return { items, isEnd: false };
    wanted = Math.min(most, wanted + Math.ceil(((MOST_CHARACTERS - characters) * items.length) / characters));
  }
}
