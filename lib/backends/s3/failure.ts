import { type Failure, failure } from "../../errors.ts";

/** What the service sends in place of an answer. */
export class S3Error extends Error {
  readonly status: number;
  /** S3's code, such as `NoSuchKey`; the status where there is none. */
  readonly code: string;

  constructor(status: number, body: string) {
    const code = /<Code>(\w+)<\/Code>/.exec(body)?.[1] ?? String(status);
    super(`S3 answers ${code}`);
    this.name = "S3Error";
    this.status = status;
    this.code = code;
  }
}

/** Conditions that pass, beside those with a status of 500 or more. */
const PASSING = ["RequestTimeout", "SlowDown", "OperationAborted", "429"];
const FULL = ["XMinioStorageFull", "QuotaExceeded", "XMinioAdminBucketQuotaExceeded", "507"];

/** Whether the same request may succeed a moment later. Errors of the connection are no `S3Error`. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof S3Error)) return true;
  return !FULL.includes(error.code) && (error.status >= 500 || PASSING.includes(error.code));
}

/** Not any 404: an image must not count as gone because its bucket, a user or a proxy's target is not found. */
export function isMissing(error: unknown): boolean {
  return error instanceof S3Error && error.code === "NoSuchKey";
}

/** STORAGE_FULL, or STORE_UNAVAILABLE, which tells an operator S3's code, but nobody an address. */
export function asS3Failure(error: unknown): Failure {
  if (error instanceof S3Error && FULL.includes(error.code))
    return failure("STORAGE_FULL", "There is no room left in the bucket for images.", { retryAfterSeconds: 60 });
  const reason = error instanceof S3Error ? `answers ${error.code}` : "cannot be reached";
  return failure("STORE_UNAVAILABLE", `The bucket for images ${reason}.`, { retryAfterSeconds: 2 });
}
