import type { Database } from "./database.ts";

/**
 * Bytes that uploads hold in jobs, see `JobStore.holdBytes`. They are part of what the job's row counts, so they outlast
 * the process. Whose they are is only known to the process, since none of its uploads does.
 */
export class HeldBytes {
  readonly #database: Database;
  /** By upload. */
  readonly #bytes = new Map<string, number>();

  constructor(database: Database) {
    this.#database = database;
  }

  has(upload: string): boolean {
    return this.#bytes.has(upload);
  }

  /** Counts these bytes in place of what the upload held. Call it within a change. */
  change(jobId: string, upload: string, bytes: number): void {
    const more = bytes - (this.#bytes.get(upload) ?? 0);
    this.#database.statement("UPDATE jobs SET image_bytes = image_bytes + ? WHERE id = ?").run(more, jobId);
  }

  /** Call it once the change is stored. */
  remember(upload: string, bytes: number): void {
    this.#bytes.set(upload, bytes);
  }

  /** Call it once the change is stored. */
  forget(upload: string): void {
    this.#bytes.delete(upload);
  }
}
