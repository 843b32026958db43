import type { ActivityHistory, ActivityRecord, BucketSeconds } from "../../ports/activity-history.ts";
import type { Database } from "./database.ts";

export class SqliteActivityHistory implements ActivityHistory {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The record need not survive a power failure. */
  save(record: ActivityRecord): Promise<void> {
    return this.#database.write(() => {
      this.#database
        .statement("INSERT OR REPLACE INTO activity_history (id, bucket_seconds, saved_at, body) VALUES (?, ?, ?, ?)")
        .run(record.id, record.bucketSeconds, record.savedMs, JSON.stringify(record));
    }, "committed");
  }

  list(bucketSeconds: BucketSeconds, sinceMs: number): Promise<ActivityRecord[]> {
    return this.#database.read(() => {
      const sql = "SELECT body FROM activity_history WHERE bucket_seconds = ? AND saved_at >= ?";
      return this.#database
        .statement(sql)
        .all(bucketSeconds, sinceMs)
        .map(({ body }) => JSON.parse(body as string));
    }, "committed");
  }

  sweep(bucketSeconds: BucketSeconds, beforeMs: number): Promise<void> {
    return this.#database.write(() => {
      this.#database
        .statement("DELETE FROM activity_history WHERE bucket_seconds = ? AND saved_at < ?")
        .run(bucketSeconds, beforeMs);
    }, "committed");
  }
}
