/** Removals of any number of rows, page by page. A single one would block the main thread for as long as it takes. */
import type { Database } from "./database.ts";

/** Maximum rows that one change removes. */
export const PAGE = 500;

/**
 * Repeats a change until it removes less than a page. Others are served in between. If it fails, or the process ends,
 * the pages before stay removed.
 * @param removePage Removes at most `PAGE` rows. @returns how many.
 * @returns the number of rows removed.
 */
export async function inPages(database: Database, removePage: () => number): Promise<number> {
  for (let removed = 0; ; ) {
    const page = await database.write(removePage);
    removed += page;
    if (page < PAGE) return removed;
  }
}
