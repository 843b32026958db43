import type { CloudEvent } from "../../jobs/events.ts";
import type { Database } from "./database.ts";

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

  /** Whether there are events of the owners. */
  hasAny(owners: readonly string[]): boolean {
    const sql = `SELECT 1 FROM outbox WHERE json_extract(event, '$.owner') IN (SELECT value FROM json_each(?)) LIMIT 1`;
    return this.#database.statement(sql).get(JSON.stringify(owners)) !== undefined;
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
}
