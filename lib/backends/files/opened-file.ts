import { statSync } from "node:fs";
import { stat } from "node:fs/promises";

/**
 * A file that this process has open. Its folder may be moved, removed or unmounted, or get another file of this name:
 * what is written then is in no folder, and gone once the process ends. SQLite compares inodes too, but
 * only without a WAL.
 */
export class OpenedFile {
  readonly #path: string;
  readonly #inode: bigint;

  constructor(path: string) {
    this.#path = path;
    this.#inode = statSync(path, { bigint: true }).ino;
  }

  /** Whether its path still leads to it. */
  async isInPlace(): Promise<boolean> {
    try {
      return (await stat(this.#path, { bigint: true })).ino === this.#inode;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // What may not be seen, for example, may be there.
      return code !== "ENOENT" && code !== "ENOTDIR";
    }
  }
}
