/** A page of a list, with the cursor of the next page, if there is one. */
export interface Page<T> {
  readonly items: T[];
  readonly nextCursor?: string;
}

/**
 * Cuts a page from the items that were found.
 * @param found Up to `limit` + 1 items. The last of these only shows that there is a next page.
 * @param cursorOf Returns the cursor of the page that follows an item.
 */
export function pageOf<T>(found: readonly T[], limit: number, cursorOf: (last: T) => string): Page<T> {
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, ...(last !== undefined && found.length > limit && { nextCursor: cursorOf(last) }) };
}
