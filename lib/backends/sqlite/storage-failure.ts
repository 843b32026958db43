import { type Failure, failure, isFailure } from "../../errors.ts";

/** Primary result codes of SQLite (sqlite.org/rescode.html). */
const SQLITE_BUSY = 5;
const SQLITE_IOERR = 10;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_CANTOPEN = 14;
const SQLITE_NOTADB = 26;

/**
 * Maps errors of SQLite and the file system to failures; other errors are returned unchanged.
 * @param place Where the data are, for whoever gets the failure: a path at the start only.
 */
export function asStorageFailure(error: unknown, place: string): Failure | unknown {
  if (isFailure(error) || !(error instanceof Error)) return error;
  const options = { cause: error };
  const { errcode, code } = error as { errcode?: number; code?: string };
  // The upper bits of an SQLite code only refine the lower eight.
  const primary = errcode === undefined ? undefined : errcode & 0xff;
  if (primary === SQLITE_FULL || code === "ENOSPC" || code === "EDQUOT")
    return failure("STORAGE_FULL", "There is no room left where the service keeps its data.", {
      retryAfterSeconds: 60,
    });
  if (code === "EMFILE" || code === "ENFILE")
    return failure("STORE_UNAVAILABLE", "The service has too many files open.", { retryAfterSeconds: 2 });
  if (primary === SQLITE_BUSY)
    return failure("STORE_UNAVAILABLE", "Another program holds a lock on the database.", { retryAfterSeconds: 2 });
  // Linux makes a file system read-only that has a damaged disk.
  if (primary === SQLITE_IOERR || code === "EIO" || code === "EROFS")
    // The message of a file system error has a path.
    return failure("STORE_UNAVAILABLE", `The disk failed: ${primary ? error.message : code}.`, {}, options);
  if (primary === SQLITE_CANTOPEN)
    return failure("STORE_UNAVAILABLE", `A file of the database cannot be opened: ${error.message}.`, {}, options);
  if (primary === SQLITE_CORRUPT || primary === SQLITE_NOTADB)
    return failure(
      "STORE_CORRUPT",
      `${place} is damaged: ${error.message}. Restore it from a backup or move it away.`,
      {},
      options,
    );
  return error;
}
