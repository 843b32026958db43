/** Removals of any number of rows, page by page. A single removal would block the main thread. */
import { Slices } from "../../concurrency/slices.ts";
import type { Database } from "./database.ts";

/** Maximum rows that one change removes. */
export const PAGE = 500;

const turns = new Slices();

/**
 * Resolves when the caller may remove a page. Removals at the same time, such as those of the jobs of an owner, take one
 * page in each turn of the event loop. Their changes wait for the same commits, or the same scrub, so all of them would
 * go on in one turn.
 */
export async function pageTurn(database: Database): Promise<void> {
  await database.scrubbed();
  await turns.next("");
}

/**
 * Repeats a change until it removes less than a page. Other requests are served in between. If the change fails, or the
 * process ends, earlier pages stay removed.
 * @param removePage Removes at most `PAGE` rows, and returns how many.
 * @returns how many rows were removed in all.
 */
export async function inPages(database: Database, removePage: () => number): Promise<number> {
  for (let removed = 0; ; ) {
    await pageTurn(database);
    const page = await database.write(removePage);
    removed += page;
    if (page < PAGE) return removed;
  }
}
