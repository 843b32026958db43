import { type Failure, failure, isFailure, storageFull } from "../../errors.ts";
import { unusable } from "../../folders/unusable-folder.ts";
import type { StartFailure } from "../../start-failure.ts";
import { asDiskFailure } from "../files/file-failure.ts";

/** Primary result codes of SQLite (sqlite.org/rescode.html). */
const SQLITE_ERROR = 1;
const SQLITE_BUSY = 5;
const SQLITE_READONLY = 8;
const SQLITE_IOERR = 10;
const SQLITE_CORRUPT = 11;
const SQLITE_FULL = 13;
const SQLITE_CANTOPEN = 14;
const SQLITE_NOTADB = 26;

/**
 * Maps errors of SQLite and the file system to failures; other errors are returned unchanged.
 * @param place Name of the storage in the failure's message. A path only at the start, when the operator sees it.
 */
export function asStorageFailure(error: unknown, place: string): Failure | unknown {
  const failed = asDiskFailure(error);
  if (isFailure(failed) || !(failed instanceof Error)) return failed;
  const { errcode, message } = failed as { errcode?: number; message: string };
  if (errcode === undefined) return error;
  const options = { cause: error };
  // The upper bits only refine the lower eight.
  switch (errcode & 0xff) {
    case SQLITE_FULL:
      return storageFull(error);
    case SQLITE_BUSY:
      return failure("STORE_UNAVAILABLE", "Another program holds a lock on the database.", { retryAfterSeconds: 2 });
    case SQLITE_IOERR:
    case SQLITE_READONLY:
      return failure("STORE_UNAVAILABLE", `The disk failed: ${message}.`, {}, options);
    case SQLITE_CANTOPEN:
      return failure("STORE_UNAVAILABLE", `A file of the database cannot be opened: ${message}.`, {}, options);
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return damaged(place, message, error);
    default:
      return error;
  }
}

function damaged(place: string, reason: string, cause: unknown): Failure {
  const message = `${place} is damaged: ${reason}. Restore it from a backup or move it away.`;
  return failure("STORE_CORRUPT", message, {}, { cause });
}

/** As `asStorageFailure`, for the person who starts the service: the message says what to do about the folder. */
export function asStartFailure(error: unknown, folder: string, path: string): Failure | StartFailure | unknown {
  if (isFailure(error)) {
    if (error.type === "STORAGE_FULL") return unusable(folder, { code: "ENOSPC" });
    return error.type === "STORE_UNAVAILABLE" && error.cause ? unusable(folder, error.cause) : error;
  }
  const { code, errcode, message } = error as { code?: string; errcode?: number; message: string };
  const failed = asStorageFailure(error, path);
  if (isFailure(failed) && failed.type === "STORE_CORRUPT") return failed;
  // The database's tables are not those of its version.
  if (errcode === SQLITE_ERROR) return damaged(path, message, error);
  const isOfSystem = errcode !== undefined || /^E[A-Z]+$/.test(code ?? "");
  return isOfSystem ? unusable(folder, error) : error;
}
