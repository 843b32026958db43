import {
  DelegateBackoff,
  ExponentialBackoff,
  fullJitterGenerator,
  handleWhen,
  handleWhenResult,
  retry,
} from "cockatiel";
import { MongoBulkWriteError, MongoError, MongoErrorLabel, MongoServerError, MongoServerSelectionError } from "mongodb";
import { type Failure, failure, isFailure, storageFull } from "../../errors.ts";
import { StartFailure } from "../../start-failure.ts";

/** How long an operation is retried while the server is unreachable. */
const RETRY_FOR_MS = 10_000;
const PAUSE_MS = 100;
const pauses = new DelegateBackoff(() => PAUSE_MS * (0.5 + Math.random()));

/** Compare-and-set rounds: a lost race is retried with backoff. */
const rounds = retry(
  handleWhenResult((outcome) => outcome === undefined),
  { backoff: new ExponentialBackoff({ generator: fullJitterGenerator, initialDelay: 1, maxDelay: 50 }) },
);

/**
 * Errors after which the operation succeeds soon: while the server shuts down or steps down as primary, and another
 * takes over (error codes of the specifications "Retryable Writes" and "Retryable Reads"). After a restart, a cursor is
 * not found (43), and a majority is not known yet (134). A router finds no primary for a shard (133). A majority has
 * not acknowledged in the configured time (64). After a write conflict (112), or with a full cache (365), the server
 * itself repeats the operation a few times before it reports the error.
 */
const transient = new Set([
  6, 7, 43, 64, 89, 91, 112, 133, 134, 189, 262, 365, 9001, 10107, 11600, 11602, 13435, 13436,
]);
/**
 * Errors that an operator causes and ends: the user lacks rights (13) or is not known (18); Atlas uses 8000 for both,
 * and for a quota that is used up; the operation (11601) or its cursor (237) was ended, or it took longer than the
 * server allows (50).
 */
const refused = new Set([13, 18, 50, 237, 8000, 11601]);
const UNAUTHORIZED = 13;
const WRONG_USER = 18;
/** A URL that names a user before its host, or by a certificate or a service of the cloud. */
const NAMES_USER = /^mongodb(?:\+srv)?:\/\/(?:[^/?]*@|.*authMechanism=)/;
/** Label of errors of an overloaded server, which has not begun the operation. */
const REFUSED_FOR_NOW = MongoErrorLabel.RetryableError;
const DUPLICATE_KEY = 11_000;
const INDEX_NOT_FOUND = 27;
const OUT_OF_DISK_SPACE = 14_031;
/** Compatible servers that keep their data in SQLite have no code for it. */
const DISK_FULL = /disk is full/;

/** Whether the operation should be repeated. It may have been applied, in part or as a whole. */
function isTransient(error: unknown): boolean {
  // Bulk operations wrap the underlying error.
  if (error instanceof MongoBulkWriteError && error.errorResponse instanceof MongoError)
    return isTransient(error.errorResponse);
  if (error instanceof MongoServerError)
    return codesOf(error).some((code) => transient.has(code)) || error.hasErrorLabel(REFUSED_FOR_NOW);
  // Matched by name instead of by a dozen classes: errors of network, server selection and connection pool, and of a
  // server that left its replica set.
  return error instanceof MongoError && /Network|ServerSelection|ServerClosed|WaitQueue|PoolCl/.test(error.name);
}

/** Whether all failures are insertions of documents that already exist. */
export function isDuplicate(error: unknown): boolean {
  return error instanceof MongoServerError && codesOf(error).every((code) => code === DUPLICATE_KEY);
}

/** Matched by its text too, because compatible servers have no code for it. */
export function isMissingIndex(error: unknown): boolean {
  return error instanceof MongoServerError && (error.code === INDEX_NOT_FOUND || /index not found/.test(error.message));
}

/**
 * The codes of all errors in one: an operation may have an error for each of its writes and another for its write
 * concern, but the driver names only the first one. NaN for an error without a code.
 */
function codesOf(error: MongoServerError): number[] {
  const codes = [error.code];
  if (error instanceof MongoBulkWriteError) {
    codes.push(...error.result.getWriteErrors().map(({ code }) => code));
    const writeConcernError = error.result.getWriteConcernError();
    if (writeConcernError) codes.push(writeConcernError.code);
  }
  return codes.map(Number);
}

/** Retries an idempotent operation while its errors are transient. @throws STORE_UNAVAILABLE, STORAGE_FULL */
export async function withRetries<T>(operation: () => Promise<T>): Promise<T> {
  const end = performance.now() + RETRY_FOR_MS;
  const unsure = handleWhen((error) => isTransient(error) && performance.now() <= end);
  try {
    return await retry(unsure, { backoff: pauses }).execute(() => operation());
  } catch (error) {
    throw asStoreFailure(error);
  }
}

/**
 * Repeats a compare-and-set round, each with `withRetries`, until it succeeds.
 * @param round Returns undefined if another writer won.
 * @throws STORE_UNAVAILABLE, STORAGE_FULL
 */
export async function untilDecided<T extends object | boolean>(round: () => Promise<T | undefined>): Promise<T> {
  return (await rounds.execute(() => withRetries(round))) as T;
}

/** Maps driver errors to failures; other errors are returned unchanged. */
export function asStoreFailure(error: unknown): Failure | unknown {
  if (isTransient(error))
    return failure("STORE_UNAVAILABLE", "The database does not answer.", { retryAfterSeconds: 5 }, { cause: error });
  if (error instanceof MongoServerError && codesOf(error).some((code) => refused.has(code)))
    return failure(
      "STORE_UNAVAILABLE",
      "The database refuses an operation.",
      { retryAfterSeconds: 5 },
      { cause: error },
    );
  if (
    error instanceof MongoServerError &&
    (codesOf(error).includes(OUT_OF_DISK_SPACE) || DISK_FULL.test(error.message))
  )
    return storageFull(error);
  return error;
}

/**
 * The error for an operator who starts a node. An error that will not pass by itself becomes a StartFailure, without
 * the command that was refused.
 * @param url URL of the database.
 */
export function atStart(error: unknown, url: string): unknown {
  // The cause, such as an invalid certificate. The message names addresses, but no credentials.
  if (error instanceof MongoServerSelectionError)
    return failure("STORE_UNAVAILABLE", `The database does not answer: ${error.message}.`);
  const cause = isFailure(error) ? error.cause : error;
  if (!(cause instanceof MongoServerError) || isTransient(cause)) return asStoreFailure(error);
  const why = cause.message.replace(/ to execute command .*/s, "").replace(/\.$/, "");
  return new StartFailure(
    `The database refuses what the service needs at its start: ${why} (error ${cause.code}). ${adviceOn(cause, url)}`,
  );
}

function adviceOn({ code }: MongoServerError, url: string): string {
  if (code === UNAUTHORIZED && !NAMES_USER.test(url))
    return "MONGO_URL names no user: it must begin with mongodb://USER:PASSWORD@.";
  if (code === WRONG_USER)
    return "Check the user and the password in MONGO_URL, and that authSource names the database that has this user.";
  return "The user of MONGO_URL needs the role readWrite, and authSource names the database that has this user.";
}

/** @throws STORE_CORRUPT */
export function parseStored<T>(text: string, place: string): T {
  try {
    return JSON.parse(text);
  } catch {
    throw failure("STORE_CORRUPT", `${place} is damaged.`);
  }
}
