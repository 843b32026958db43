import { type Failure, failure, isFailure } from "../../errors.ts";
import { UnreadableCredentials } from "./credentials.ts";

/** S3's code if the signature's time differs from the service's by more than 15 minutes. */
export const WRONG_CLOCK = "RequestTimeTooSkewed";

/** An error answer of the service. */
export class S3Error extends Error {
  readonly status: number;
  /** S3's code, such as `NoSuchKey`, or the status if there is none. */
  readonly code: string;

  constructor(status: number, body: string) {
    const withoutCode = status === 200 ? "something that is not of S3" : String(status);
    const code = /<Code>(\w+)<\/Code>/.exec(body)?.[1] ?? withoutCode;
    super(`S3 answers ${code}`);
    this.name = "S3Error";
    this.status = status;
    this.code = code;
  }
}

/** Statuses of transient errors below 500. Services name the reasons of 429 differently. */
const PASSING_STATUS = [200, 408, 429];
const PASSING = ["RequestTimeout", "SlowDown", "OperationAborted", WRONG_CLOCK];
const NOT_IMPLEMENTED = 501;
const FULL = ["XMinioStorageFull", "QuotaExceeded", "XMinioAdminBucketQuotaExceeded", "507"];

/** Whether the same request may succeed a moment later. Errors of the connection are no `S3Error`. */
export function isPassing(error: unknown): boolean {
  if (!(error instanceof S3Error)) return true;
  const { status, code } = error;
  if (FULL.includes(code) || isNotImplemented(error)) return false;
  return status >= 500 || PASSING_STATUS.includes(status) || PASSING.includes(code);
}

/**
 * Not every 404 counts: an image must not count as gone because its bucket, a user or a proxy's target is not found.
 */
export function isMissing(error: unknown): boolean {
  return error instanceof S3Error && ["NoSuchKey", "NoSuchVersion"].includes(error.code);
}

/** Whether the service does not implement the request. */
export function isNotImplemented(error: unknown): boolean {
  return error instanceof S3Error && error.status === NOT_IMPLEMENTED;
}

/** Whether the service refuses the request, and would refuse it later too. */
export function isRefusal(error: unknown): boolean {
  return error instanceof S3Error && !isPassing(error);
}

/**
 * Maps an error to STORAGE_FULL or STORE_UNAVAILABLE. The message tells an operator S3's code, but contains no address.
 * An error of the connection, whose message may contain an address, is the `cause`, for the log.
 */
export function asS3Failure(error: unknown): Failure {
  if (error instanceof S3Error && FULL.includes(error.code))
    return failure(
      "STORAGE_FULL",
      "There is no room left in the bucket for images.",
      { retryAfterSeconds: 60 },
      { cause: error },
    );
  return failure("STORE_UNAVAILABLE", reasonOf(error), { retryAfterSeconds: 2 }, { cause: causeOf(error) });
}

/** The error for an operator who starts a node. Its message names the cause, which has no secrets. */
export function errorAtStart(error: unknown): unknown {
  if (!isFailure(error) || !(error.cause instanceof Error) || error.cause instanceof S3Error) return error;
  const { message, code }: NodeJS.ErrnoException = error.cause;
  return failure(error.type, `${error.message.replace(/\.$/, "")}: ${(message || code || "").replace(/\.$/, "")}.`);
}

/** Undefined for an answer of S3, whose code is in the message. */
function causeOf(error: unknown): unknown {
  if (error instanceof S3Error) return undefined;
  return error instanceof UnreadableCredentials ? error.cause : error;
}

function reasonOf(error: unknown): string {
  if (error instanceof S3Error) return `The bucket for images answers ${error.code}.`;
  if (error instanceof UnreadableCredentials)
    return "The access key for the bucket for images cannot be read from its file.";
  return "The bucket for images cannot be reached.";
}
