/** A copy of a data folder, made while the service works. */
import { chmodSync } from "node:fs";
import { access, constants, copyFile, mkdir, readdir, realpath, stat, statfs, writeFile } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, sep } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { failure, isFailure } from "../errors.ts";
import { StartFailure } from "../start-failure.ts";
import { syncFile, syncFolder } from "./files/disk-sync.ts";
import { makeWholeFolder } from "./files/whole-folder.ts";
import { asStorageFailure } from "./sqlite/storage-failure.ts";

const DATABASE = "sightline.db";
const IMAGES = "blobs";
const LOG_INDEX_BYTES = 32_768;

/**
 * Copies the data folder as it is at one moment; `DATA_DIR` may name the copy. The whole copy is on the disk once this
 * resolves. It has nothing that was deleted, and no images that are being uploaded.
 * @param to Must not exist.
 * @param signal Ends the copy. Then nothing of it is left.
 * @throws The signal's reason; STORE_CORRUPT; StartFailure if there is nothing to copy or it may not be read, or the
 *   target exists, is inside the data folder or is full, or the disk of the data is too full for reading them.
 */
export async function backUp(from: string, to: string, signal?: AbortSignal): Promise<void> {
  const path = join(from, DATABASE);
  try {
    await access(path, constants.R_OK);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EACCES")
      throw new StartFailure(
        `User ${process.geteuid?.()} may not read ${from}. Make the copy as the user of the service.`,
      );
    throw new StartFailure(`${from} is no data folder: it has no ${DATABASE}.`);
  }
  if (await isWithin(to, from))
    throw new StartFailure(
      `${to} is inside ${from}. Choose a folder outside: what loses the data would lose the copy too.`,
    );
  try {
    const fill = async (copy: string) => {
      const copyImages = () => copyNew(join(from, IMAGES), join(copy, IMAGES), signal);
      // The images are copied before the database, because a job's images are removed when it ends, and again after it,
      // because it may have new jobs.
      await copyImages();
      copyDatabase(path, join(copy, DATABASE));
      await copyImages();
      await syncFile(join(copy, DATABASE));
      // SQLite takes an empty write-ahead log for none. Where the copy is put over the files of a killed service, it
      // replaces their log, which SQLite would otherwise apply to the restored database, and so destroy it.
      await writeFile(join(copy, `${DATABASE}-wal`), "", { mode: 0o600, flush: true });
    };
    await makeWholeFolder(to, fill, signal);
  } catch (error) {
    const failed = asStorageFailure(error, from);
    if (isFailure(failed) && failed.type === "STORE_UNAVAILABLE" && (await isFull(from)))
      throw new StartFailure(
        `The disk of ${from} is full, and to read its database takes a little room. Free space there.`,
      );
    if (isFailure(failed) && failed.type === "STORAGE_FULL")
      throw new StartFailure(
        `The disk of ${to} is full. Free space there, or choose another folder; nothing was left.`,
      );
    throw failed;
  }
}

/**
 * Whether the disk has no room for SQLite's index of the write-ahead log. SQLite reports this only as a failure of the
 * disk.
 */
async function isFull(folder: string): Promise<boolean> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize < LOG_INDEX_BYTES;
}

/** Whether the path is inside the folder, also through symbolic links. The path need not exist yet. */
async function isWithin(path: string, folder: string): Promise<boolean> {
  const parent = await realpath(dirname(path)).catch(() => dirname(path));
  const way = relative(await realpath(folder), join(parent, basename(path)));
  return way.split(sep)[0] !== ".." && !isAbsolute(way);
}

/** Copies in one read transaction, which delays no writer. */
function copyDatabase(from: string, to: string): void {
  using database = new DatabaseSync(from, { readOnly: true, timeout: 5_000 });
  database.prepare("VACUUM INTO ?").run(to);
  // The folder is closed to others, but the file may be moved elsewhere.
  chmodSync(to, 0o600);
  using copy = new DatabaseSync(to, { readOnly: true });
  const { quick_check: found } = copy.prepare("PRAGMA quick_check(1)").get() as { quick_check: string };
  if (found !== "ok") throw failure("STORE_CORRUPT", `${from} is damaged: ${found}. The copy is of no use.`);
}

/**
 * Copies the files that the target lacks or has in another size. That is enough because files only grow, and are
 * removed as a whole.
 */
async function copyNew(from: string, to: string, signal?: AbortSignal): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 });
  for (const entry of await readdir(from, { withFileTypes: true }).catch(gone([]))) {
    signal?.throwIfAborted();
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isDirectory()) {
      if (!entry.name.startsWith(".")) await copyNew(source, target, signal);
      continue;
    }
    const size = (await stat(source).catch(gone(undefined)))?.size;
    if (size === undefined || size === (await stat(target).catch(gone(undefined)))?.size) continue;
    if (await copyFile(source, target).then(() => true, gone(false))) await syncFile(target);
  }
  await syncFolder(to);
}

/** Ignores that a file or folder is gone because its job has ended meanwhile. */
function gone<T>(instead: T): (error: NodeJS.ErrnoException) => T {
  return (error) => {
    if (error.code !== "ENOENT") throw error;
    return instead;
  };
}
