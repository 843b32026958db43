/** A page of a list, with the cursor of the next page, if there is one. */
export interface Page<T> {
  readonly items: T[];
  readonly nextCursor?: string;
}

/**
 * The page of what was found.
 * @param found One more than the limit, if there are so many: then there is a next page.
 * @param cursorOf The place of the page's last item, after which the next page begins.
 */
export function pageOf<T>(found: readonly T[], limit: number, cursorOf: (last: T) => string): Page<T> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, ...(last !== undefined && found.length > limit && { nextCursor: cursorOf(last) }) };
}
