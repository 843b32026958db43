import type { ActivitySegment, ActivityStore } from "../../ports/activity-store.ts";
import type { Database } from "./database.ts";

export class SqliteActivityStore implements ActivityStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The segment need not survive a power failure. */
  save(segment: ActivitySegment): Promise<void> {
    return this.#database.write(() => {
      this.#database
        .statement("INSERT OR REPLACE INTO activity (id, saved_at, body) VALUES (?, ?, ?)")
        .run(segment.id, segment.savedMs, JSON.stringify(segment));
    }, "committed");
  }

  list(sinceMs: number): Promise<ActivitySegment[]> {
    return this.#database.read(() => {
      const rows = this.#database.statement("SELECT body FROM activity WHERE saved_at >= ?").all(sinceMs);
      return rows.map(({ body }) => JSON.parse(body as string));
    }, "committed");
  }

  sweep(beforeMs: number): Promise<void> {
    return this.#database.write(() => {
      this.#database.statement("DELETE FROM activity WHERE saved_at < ?").run(beforeMs);
    }, "committed");
  }
}
