import { existsSync, mkdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** Of a folder that others may use as far as the umask allows. */
export const SHARED_MODE = 0o777;

/**
 * Creates a folder, and those above it that are missing. Not with `recursive`: that never ends where a folder cannot be
 * created although the one above it is there, as in `/proc`.
 * @param mode By default for this user only.
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
