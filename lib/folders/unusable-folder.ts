/** Why a data folder cannot be used, said to whoever starts the service. */
import { accessSync, constants, lstatSync, statSync } from "node:fs";
import { join } from "node:path";
import { StartFailure } from "../start-failure.ts";

const { R_OK, W_OK, X_OK } = constants;

/** Primary result codes of SQLite (sqlite.org/rescode.html), which keeps the system's own codes to itself. */
const SQLITE_FULL = 13;
/** PERM, READONLY and CANTOPEN. */
const SQLITE_REFUSALS: readonly (number | undefined)[] = [3, 8, 14];

/** What the service keeps in its data folder, with what each must be. */
const KEPT = {
  "lock.db": "file",
  "sightline.db": "file",
  "sightline.db-wal": "file",
  "sightline.db-shm": "file",
  blobs: "folder",
} as const;
/** The longest file name that SQLite opens in the folder. It limits the length of the folder's path. */
const LONGEST_NAME = "sightline.db-journal";
const MAX_DATABASE_PATH_BYTES = 512;

const READ_ONLY = "its file system is read-only";
const REASONS: Readonly<Record<string, string>> = {
  // The error for a new folder in a file system such as `/proc`.
  ENOENT: "it cannot be created",
  ENOTDIR: "a part of its path is a file",
  EROFS: READ_ONLY,
  ENAMETOOLONG: "its path is too long",
};

interface Reason {
  readonly reason: string;
  /** What to do instead of setting another folder. */
  readonly remedy?: string;
}

/** @param error What an operation in the folder threw, of the file system or of SQLite. */
export function unusable(folder: string, error: unknown): StartFailure {
  const { reason, remedy } = reasonOf(folder, error as NodeJS.ErrnoException & { errcode?: number });
  const advice = remedy ? `${remedy}, or set another DATA_DIR.` : "Set another DATA_DIR.";
  return new StartFailure(`The data folder ${folder} cannot be used: ${reason}. ${advice}`);
}

function reasonOf(folder: string, error: NodeJS.ErrnoException & { errcode?: number }): Reason {
  const { code = "", errcode, syscall, path = folder, message } = error;
  // The upper bits of an extended result code only refine the lower eight.
  const primary = errcode === undefined ? undefined : errcode & 0xff;
  if (code === "ENOSPC" || code === "EDQUOT" || primary === SQLITE_FULL)
    return { reason: "the disk is full", remedy: "Free space" };
  if (SQLITE_REFUSALS.includes(primary)) return refusalBelow(folder) ?? { reason: message };
  if (code === "EACCES" || code === "EPERM")
    return refusalBelow(folder) ?? refusal(code, path, syscall === "mkdir" ? "create" : "use");
  if (code === "EEXIST") return { reason: isLink(folder) ? "it is a link to something missing" : "it is a file" };
  return refusalBelow(folder) ?? { reason: REASONS[code] ?? message };
}

/**
 * The reason why the first unsuitable one of the service's files and folders cannot be used; undefined if all are
 * suitable.
 */
function refusalBelow(folder: string): Reason | undefined {
  const longest = MAX_DATABASE_PATH_BYTES - Buffer.byteLength(`/${LONGEST_NAME}`);
  if (Buffer.byteLength(folder) > longest) return { reason: `its path has more than ${longest} bytes` };
  for (const [name, kind] of [["", "folder"], ...Object.entries(KEPT)] as const) {
    const path = join(folder, name);
    try {
      const found = statSync(path, { throwIfNoEntry: false });
      if (!found) {
        if (isLink(path)) return { reason: `${path} is a link to something missing` };
        continue;
      }
      if (name && found.isDirectory() !== (kind === "folder")) return { reason: `${path} must be a ${kind}` };
      accessSync(path, kind === "folder" ? R_OK | W_OK | X_OK : R_OK | W_OK);
    } catch (error) {
      const { code = "" } = error as NodeJS.ErrnoException;
      if (code === "EACCES" || code === "EPERM") return refusal(code, path, "write to");
      if (code === "EROFS") return { reason: READ_ONLY };
    }
  }
  return undefined;
}

function refusal(code: string, path: string, action: string): Reason {
  // The rights allow the action, so giving the path to another user would change nothing.
  if (code === "EPERM") return { reason: `the system does not allow anybody to ${action} ${path}` };
  const user = `user ${process.geteuid?.()}`;
  const owner = ownerOf(path);
  const belongs = owner === undefined || owner === process.geteuid?.() ? "" : `, which belongs to user ${owner}`;
  const remedy = belongs ? `Give it to ${user}` : `Give ${user} the right to do so`;
  return { reason: `${user} may not ${action} ${path}${belongs}`, remedy };
}

function ownerOf(path: string): number | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })?.uid;
  } catch {
    return undefined;
  }
}

function isLink(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
}
