/**
 * The data folder is for the service's user only: it has face vectors, images and the secret that hashes keys. What the
 * service creates is private by its umask; a folder that exists may have other rights.
 */
import { chmodSync, lstatSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { createFolder } from "./create-folder.ts";
import { unusable } from "./unusable-folder.ts";

const OTHERS = 0o077;
/** Names of the files and folders that the service keeps in its data folder. */
const OURS = /^(sightline\.db|lock\.db)(-wal|-shm|-journal)?$|^(blobs|detector|models|compile-cache)$/;

/** New files and folders of this process, its threads and its children: rights for its user only. */
export function createPrivately(): void {
  process.umask(OTHERS);
}

/**
 * Creates the folder with mode 0700. If it exists, takes the rights of others away from it and from everything directly
 * in it, so that nobody else reaches what is deeper. Only warns if the folder has other contents, like a home, or
 * belongs to another user, like a Kubernetes volume: our files are private there too, but others may replace them.
 * @throws StartFailure
 * @param onNotice Called with a sentence about rights that were changed, or that should be.
 */
export function openPrivateFolder(folder: string, onNotice: (notice: string) => void = () => {}): void {
  try {
    createFolder(folder);
    closeFolder(folder, onNotice);
  } catch (error) {
    throw unusable(folder, error);
  }
}

function closeFolder(folder: string, onNotice: (notice: string) => void): void {
  const { mode, uid } = statSync(folder);
  if ((mode & OTHERS) === 0) return;
  const rights = (mode & 0o777).toString(8).padStart(4, "0");
  const names = readdirSync(folder);
  if (uid !== process.geteuid?.() || !names.every((name) => OURS.test(name))) {
    onNotice(`${folder} has the rights ${rights}: others may see or replace files in it. Make it 0700, for this user.`);
    return;
  }
  closeToOthers(folder);
  for (const name of names) closeToOthers(join(folder, name));
  onNotice(`${folder} had the rights ${rights}. Now only the service's user can use it.`);
}

/** A link may lead to something that is shared, such as the models. */
function closeToOthers(path: string): void {
  const found = lstatSync(path);
  if (!found.isSymbolicLink()) chmodSync(path, found.mode & 0o7777 & ~OTHERS);
}
