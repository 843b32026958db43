import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { failure } from "./errors.ts";

const SQLITE_BUSY = 5;

/**
 * Exclusive lock on a data folder. It is an operating-system lock on a dedicated file, taken through SQLite because
 * Node has no API for file locks. It ends with the process, so `kill -9` leaves no stale lock.
 */
export class FolderLock {
  readonly #file: DatabaseSync;

  private constructor(file: DatabaseSync) {
    this.#file = file;
  }

  /** @throws STORE_LOCKED if another process, or this one, holds the lock. */
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
