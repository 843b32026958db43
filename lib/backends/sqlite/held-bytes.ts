import type { Database } from "./database.ts";

/** Bytes that uploads hold in jobs, see `JobStore.holdBytes`: a part of what the job's row counts. Call within a change. */
export class HeldBytes {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** In place of what the upload held. */
  hold(jobId: string, upload: string, bytes: number): void {
    this.release(jobId, upload);
    this.#database
      .statement("INSERT INTO held_bytes (job_id, upload, bytes) VALUES (?, ?, ?)")
      .run(jobId, upload, bytes);
    this.#count(jobId, bytes);
  }

  /** @param stored Bytes that count in place of what the upload held, if it held any. */
  release(jobId: string, upload: string, stored = 0): void {
    const sql = "DELETE FROM held_bytes WHERE job_id = ? AND upload = ? RETURNING bytes";
    const held = this.#database.statement(sql).get(jobId, upload);
    if (held) this.#count(jobId, stored - (held.bytes as number));
  }

  #count(jobId: string, bytes: number): void {
    this.#database.statement("UPDATE jobs SET image_bytes = image_bytes + ? WHERE id = ?").run(bytes, jobId);
  }
}
