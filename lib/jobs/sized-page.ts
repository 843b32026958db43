/** Pages that are bounded in size, too: of results, and of events with results. */

/**
 * Characters of JSON, about. A result has a few hundred as a rule, but with encodings of a crowd some hundred thousand:
 * a thousand of these would be more than the memory of a node, and than other nodes take in a packet.
 */
const MOST_CHARACTERS = 16 * 2 ** 20;

/**
 * Reads a page in steps, by the size of what has come.
 * @param most Items of the page.
 * @param first Items of the first step, when their size is not known.
 * @param read The items that follow the last one, at most `limit`.
 * @returns fewer items than there are if they are large; and whether there are no more.
 */
export async function sizedPage<T>(
  most: number,
  first: number,
  read: (last: T | undefined, limit: number) => Promise<readonly T[]>,
): Promise<{ readonly items: T[]; readonly isEnd: boolean }> {
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
