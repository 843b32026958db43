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

  /**
   * Counts bytes in place of what the upload held. Call it last in a change that is run by `during`: what throws after it
   * would leave them noted.
   * @param isHeld Whether the upload holds them from now on.
   */
  replace(jobId: string, upload: string, bytes: number, isHeld: boolean): void {
    const more = bytes - (this.#bytes.get(upload) ?? 0);
    this.#database.statement("UPDATE jobs SET image_bytes = image_bytes + ? WHERE id = ?").run(more, jobId);
    if (isHeld) this.#bytes.set(upload, bytes);
    else this.#bytes.delete(upload);
  }

  /** Notes what the upload held before, if the change fails. */
  async during<T>(upload: string, change: () => Promise<T>): Promise<T> {
    const before = this.#bytes.get(upload);
    try {
      return await change();
    } catch (error) {
      if (before === undefined) this.#bytes.delete(upload);
      else this.#bytes.set(upload, before);
      throw error;
    }
  }
}
