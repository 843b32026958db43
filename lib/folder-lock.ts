import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { failure } from "./errors.ts";

const SQLITE_BUSY = 5;

/**
 * The right to use a data folder, held by one process at a time. It is a lock of the operating system on a file of
 * its own, by way of SQLite since Node has no call for it: it dies with the process, so nothing is left to clean up
 * after `kill -9`, and a stale lock cannot be.
 */
export class FolderLock {
  readonly #file: DatabaseSync;

  private constructor(file: DatabaseSync) {
    this.#file = file;
  }

  /** @throws STORE_LOCKED if another process, or this one, has the folder. */
  static take(folder: string): FolderLock {
    const file = new DatabaseSync(join(folder, "lock.db"), { timeout: 0 });
    try {
      file.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE");
    } catch (error) {
      file.close();
      if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw error;
      throw failure(
        "STORE_LOCKED",
        `Another process uses the data folder ${folder}. Stop it, or set another DATA_DIR.`,
      );
    }
    return new FolderLock(file);
  }

  release(): void {
    this.#file.close();
  }
}
