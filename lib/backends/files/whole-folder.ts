import { mkdir, rename, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { StartFailure } from "../../start-failure.ts";
import { syncFolder } from "./disk-sync.ts";

/**
 * Makes a folder that gets its name only once it is complete and on the disk, as far as `fill` syncs what it writes. A
 * folder that a crash has left incomplete thus cannot be mistaken for it.
 * @param folder Must not exist.
 * @param fill Gets the folder under its temporary name. If it fails, nothing is left.
 * @param signal Once it is aborted, the folder does not get its name any more, and nothing is left.
 * @throws StartFailure if the parent folder is missing, the folder exists, or an interrupted earlier attempt has left
 *   something; the signal's reason
 */
export async function makeWholeFolder<T>(
  folder: string,
  fill: (unfinished: string) => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  const unfinished = `${folder}.unfinished`;
  if (await exists(folder)) throw new StartFailure(`${folder} exists already.`);
  if (await exists(unfinished))
    throw new StartFailure(
      `${unfinished} exists already: a command that was killed has left it, unless another one is writing it now. Remove it, and try again.`,
    );
  await mkdir(unfinished, { mode: 0o700 }).catch((error) => {
    // It is not created: it may be a disk that is not mounted.
    if (error.code === "ENOENT")
      throw new StartFailure(`There is no folder ${dirname(folder)}. Create it, or choose another one.`);
    throw error;
  });
  try {
    const result = await fill(unfinished);
    await syncFolder(unfinished);
    signal?.throwIfAborted();
    await rename(unfinished, folder);
    await syncFolder(dirname(folder));
    return result;
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  return (await stat(path).catch(() => undefined)) !== undefined;
}
