import { accessSync, constants } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { failure } from "../errors.ts";
import { unusable } from "./unusable-folder.ts";

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

  /**
   * @param waitMs How long to wait for another process to release the lock, blocking this thread.
   * @throws STORE_LOCKED if another process, or this one, holds the lock; StartFailure if the folder cannot be used
   */
  static take(folder: string, waitMs = 0): FolderLock {
    let file: DatabaseSync | undefined;
    try {
      const path = join(folder, "lock.db");
      file = new DatabaseSync(path, { timeout: waitMs });
      // A lock file that may only be read would not keep other processes out.
      accessSync(path, constants.W_OK);
      file.exec("BEGIN EXCLUSIVE");
    } catch (error) {
      file?.close();
      if ((error as { errcode?: number }).errcode !== SQLITE_BUSY) throw unusable(folder, error);
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
