/** Moves written data from the operating system's memory to the disk, so that a power failure cannot lose it. */
import { open } from "node:fs/promises";

/**
 * Makes concurrent calls share runs of the work. A call that arrives while the work runs gets the next run, as the
 * running one may have begun too early for it.
 */
export function coalesced(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  const begin = () => {
    const run = work().finally(() => {
      if (running === run) running = undefined;
    });
    running = run;
    return run;
  };
  return () => {
    if (!running) return begin();
    next ??= running
      .catch(() => {})
      .then(() => {
        next = undefined;
        return begin();
      });
    return next;
  };
}

/** Syncs the contents of a file, with its size. */
export async function syncFile(path: string): Promise<void> {
  const file = await open(path, "r+");
  try {
    await file.datasync();
  } finally {
    await file.close();
  }
}

/**
 * Errors for folders that cannot be read or synced. Their safety is left to the file system: EINVAL and EBADF occur on
 * network file systems, EACCES and EPERM for a folder of another user. PostgreSQL ignores them too.
 */
const NOT_SYNCED: readonly (string | undefined)[] = ["EINVAL", "EBADF", "EACCES", "EPERM"];

/**
 * Syncs the names of files in a folder: after a power failure, a new file may have no name without this, even if the
 * file was synced.
 */
export async function syncFolder(path: string): Promise<void> {
  try {
    const folder = await open(path, "r");
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  } catch (error) {
    if (!NOT_SYNCED.includes((error as NodeJS.ErrnoException).code)) throw error;
  }
}
