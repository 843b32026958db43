import { statSync } from "node:fs";
import { stat } from "node:fs/promises";

/**
 * A file that this process has open. Its folder may be moved, removed or unmounted, or get another file of this name.
 * Data that is written afterwards is in no folder, and is lost once the process ends. SQLite compares inodes too, but
 * only without a WAL.
 */
export class OpenedFile {
  readonly #path: string;
  readonly #inode: bigint;

  constructor(path: string) {
    this.#path = path;
    this.#inode = statSync(path, { bigint: true }).ino;
  }

  /** Whether the file's path still leads to it. */
  async isInPlace(): Promise<boolean> {
    try {
      return (await stat(this.#path, { bigint: true })).ino === this.#inode;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      // Other errors, such as missing rights, do not mean that the file is gone.
      return code !== "ENOENT" && code !== "ENOTDIR";
    }
  }
}
