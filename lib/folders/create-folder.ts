import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** Mode of a folder that other users may use too, as far as the umask allows. */
export const SHARED_MODE = 0o777;

/**
 * Creates a folder and its missing parents. The option `recursive` is not used because it never returns where a folder
 * cannot be created although its parent exists, as in `/proc`.
 * @param mode The folder's mode; only this user has access by default.
 * @throws the system's error
 */
export function createFolder(folder: string, mode = 0o700): void {
  try {
    mkdirSync(folder, { mode });
  } catch (error) {
    const above = dirname(folder);
    if ((error as NodeJS.ErrnoException).code === "ENOENT" && !existsSync(above)) {
      createFolder(above, mode);
      createFolder(folder, mode);
    } else if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) throw error;
  }
}
