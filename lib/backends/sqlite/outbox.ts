import type { CloudEvent } from "../../jobs/events.ts";
import type { Database } from "./database.ts";
import { PAGE, pageTurn } from "./pages.ts";

/** A page of the outbox in which events of owners were counted. */
interface CountedPage {
  /** The sequence of its last event; null if it has none. */
  readonly last: number | null;
  readonly found: number;
}

/** Unpublished events, each stored with its change, in the order of the changes. */
export class Outbox {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Call within the change the events belong to. */
  add(events: readonly CloudEvent[]): void {
    const insert = this.#database.statement("INSERT INTO outbox (id, event) VALUES (?, ?)");
    for (const event of events) insert.run(event.id, JSON.stringify(event));
  }

  read(limit: number): CloudEvent[] {
    const rows = this.#database.statement("SELECT event FROM outbox ORDER BY sequence LIMIT ?").all(limit);
    return rows.map(({ event }) => JSON.parse(event as string));
  }

  /**
   * Counts the owners' events among those that are stored now, page by page: an index by owner would slow down each
   * change, and there are seldom many. Must not be called within a change.
   * @param most The count ends early once it has reached this number.
   */
  async countOf(owners: readonly string[], most = Number.POSITIVE_INFINITY): Promise<number> {
    const last = await this.#database.read(() => this.#lastSequence());
    const ofOwners = "json_extract(event, '$.owner') IN (SELECT value FROM json_each(?))";
    const sql = `SELECT max(sequence) AS last, count(*) FILTER (WHERE ${ofOwners}) AS found
                 FROM (SELECT sequence, event FROM outbox WHERE sequence > ? ORDER BY sequence LIMIT ?)`;
    let count = 0;
    for (let after = 0; after < last && count < most; ) {
      const from: number = after;
      await pageTurn(this.#database);
      const page = await this.#database.read(
        () => this.#database.statement(sql).get(JSON.stringify(owners), from, PAGE) as unknown as CountedPage,
      );
      count += page.found;
      after = page.last ?? last;
    }
    return count;
  }

  /** Scans from the head of the queue, where published events are, instead of keeping an index of ids. */
  remove(events: readonly CloudEvent[]): void {
    const ids = new Set(events.map(({ id }) => id));
    const published: number[] = [];
    let isHead = true;
    let headEnd = 0;
    for (const row of this.#database.statement("SELECT sequence, id FROM outbox ORDER BY sequence").iterate()) {
      const sequence = row.sequence as number;
      if (!ids.delete(row.id as string)) isHead = false;
      else if (isHead) headEnd = sequence;
      else published.push(sequence);
      if (ids.size === 0) break;
    }
    this.#database.statement("DELETE FROM outbox WHERE sequence <= ?").run(headEnd);
    const remove = this.#database.statement("DELETE FROM outbox WHERE sequence = ?");
    for (const sequence of published) remove.run(sequence);
  }

  #lastSequence(): number {
    return this.#database.statement("SELECT coalesce(max(sequence), 0) AS last FROM outbox").get()?.last as number;
  }
}
