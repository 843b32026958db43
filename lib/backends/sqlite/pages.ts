/** Removals of any number of rows, page by page. A single one would block the main thread for as long as it takes. */
import { Slices } from "../../slices.ts";
import type { Database } from "./database.ts";

/** Maximum rows that one change removes. */
export const PAGE = 500;

const turns = new Slices();

/**
 * Resolves when the caller may remove a page. Removals at the same time, such as those of the jobs of an owner, take one
 * page in each turn of the event loop. Their changes wait for the same commits, so all of them would go on in one turn.
 */
export function pageTurn(): Promise<void> {
  return turns.next("");
}

/**
 * Repeats a change until it removes less than a page. Others are served in between. If it fails, or the process ends,
 * the pages before stay removed.
 * @param removePage Removes at most `PAGE` rows. @returns how many.
 * @returns the number of rows removed.
 */
export async function inPages(database: Database, removePage: () => number): Promise<number> {
  for (let removed = 0; ; ) {
    await pageTurn();
    const page = await database.write(removePage);
    removed += page;
    if (page < PAGE) return removed;
  }
}
