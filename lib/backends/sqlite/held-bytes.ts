import type { Database } from "./database.ts";

/**
 * Bytes that uploads hold in jobs, see `JobStore.holdBytes`. They are a part of the bytes that the job's row counts.
 * Call all methods within a change.
 */
export class HeldBytes {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Replaces what the upload held. */
  hold(jobId: string, upload: string, bytes: number): void {
    this.release(jobId, upload);
    this.#database
      .statement("INSERT INTO held_bytes (job_id, upload, bytes) VALUES (?, ?, ?)")
      .run(jobId, upload, bytes);
    this.#count(jobId, bytes);
  }

  /** Replaces what the upload held, if it held any bytes. */
  settle(jobId: string, upload: string, stored: number): void {
    if (this.release(jobId, upload) && stored > 0) this.hold(jobId, upload, stored);
  }

  /** @returns whether the upload held any bytes. */
  release(jobId: string, upload: string): boolean {
    const sql = "DELETE FROM held_bytes WHERE job_id = ? AND upload = ? RETURNING bytes";
    const held = this.#database.statement(sql).get(jobId, upload);
    if (held) this.#count(jobId, -(held.bytes as number));
    return held !== undefined;
  }

  #count(jobId: string, bytes: number): void {
    this.#database.statement("UPDATE jobs SET image_bytes = image_bytes + ? WHERE id = ?").run(bytes, jobId);
  }
}
