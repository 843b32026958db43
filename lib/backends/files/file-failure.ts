import { type Failure, failure, isFailure, storageFull } from "../../errors.ts";

/** Maps errors of the disk, and of too many open files, to failures; other errors are returned unchanged. */
export function asDiskFailure(error: unknown): Failure | unknown {
  if (isFailure(error) || !(error instanceof Error)) return error;
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT") return storageFull(error);
  if (code === "EMFILE" || code === "ENFILE")
    return failure("STORE_UNAVAILABLE", "The service has too many files open.", { retryAfterSeconds: 2 });
  // Linux makes a file system read-only when its disk is damaged.
  if (code === "EIO" || code === "EROFS")
    // The message of the error contains a path, so only its code is used.
    return failure("STORE_UNAVAILABLE", `The disk failed: ${code}.`, {}, { cause: error });
  return error;
}

/**
 * As `asDiskFailure`, for a file that a running service uses: its folder may be removed, or given to another user.
 */
export function asFileFailure(error: unknown): Failure | unknown {
  const failed = asDiskFailure(error);
  const { code, syscall } = failed as NodeJS.ErrnoException;
  if (isFailure(failed) || syscall === undefined) return failed;
  return failure("STORE_UNAVAILABLE", `A file cannot be used: ${code}.`, {}, { cause: error });
}
