import { NatsError } from "nats";
import { type Failure, failure, isFailure, storageFull } from "../../errors.ts";

/**
 * JetStream's codes for insufficient resources: those of the account, the server, its memory and its storage, and a
 * stream's limit, which it reports as a failure to store.
 */
const NO_ROOM = [10002, 10023, 10028, 10047, 10077];
/**
 * Errors of the operating system that a server passes on without a code of its own. Deleting messages needs room too.
 */
const DISK_IS_FULL = /no space left on device|disk quota exceeded/;
const NO_ANSWER = ["TIMEOUT", "503", "DISCONNECT", "CONNECTION_CLOSED", "CONNECTION_DRAINING", "CONNECTION_TIMEOUT"];

/** JetStream is disabled on the server or for the account. It may be enabled later. */
const NOT_ENABLED: readonly unknown[] = [10076, 10039];

/** Maps NATS errors to failures; other errors are returned unchanged. */
export function asJetStreamFailure(error: unknown): Failure | unknown {
  if (isFailure(error) || !(error instanceof NatsError)) return error;
  if (isOutOfRoom(error)) return storageFull(error);
  if (NOT_ENABLED.includes(error.api_error?.err_code)) return withoutJetStream(error);
  return isWithoutAnswer(error) ? jetStreamUnavailable(error) : error;
}

export function jetStreamUnavailable(cause?: unknown): Failure {
  return failure("STORE_UNAVAILABLE", "NATS does not answer.", { retryAfterSeconds: 2 }, { cause });
}

function withoutJetStream(cause: unknown): Failure {
  const detail = "NATS has no JetStream for the account of this node.";
  return failure("STORE_UNAVAILABLE", detail, { retryAfterSeconds: 2 }, { cause });
}

/** "wrong last sequence": the stream, or the subject, ends elsewhere than was expected. */
export const WRONG_LAST_SEQUENCE = 10071;
/**
 * Like WRONG_LAST_SEQUENCE, from NATS 2.11 on, if an earlier message is not stored yet because it waits for a majority
 * of the servers.
 */
export const IN_PROCESS = 10164;

/** Status "too many requests": the server has not stored earlier messages yet, for example because its disk is slow. */
const BUSY = 429;

/**
 * Code for "maximum consumers limit reached". The error passes, because a page of events needs a consumer for a moment
 * only.
 */
const CONSUMER_LIMIT = 10026;

/**
 * Whether there was no response for a reason that passes: the server is unreachable or too busy, there is no leader, or
 * a limit is reached. The request may have been executed anyway.
 */
export function isWithoutAnswer(error: unknown): boolean {
  if (!(error instanceof NatsError) || isOutOfRoom(error)) return false;
  if (error.api_error?.err_code === CONSUMER_LIMIT) return true;
  return NO_ANSWER.includes(error.code) || error.api_error?.code === 503 || error.api_error?.code === BUSY;
}

function isOutOfRoom({ api_error }: NatsError): boolean {
  return NO_ROOM.includes(api_error?.err_code ?? 0) || DISK_IS_FULL.test(api_error?.description ?? "");
}

/**
 * Whether a consumer that was asked not to wait had no message: it has none at all, or others who asked at the same
 * time got them.
 */
export function isEmpty(error: unknown): boolean {
  const code = jetStreamCode(error);
  return code === "404" || code === "408";
}

/** JetStream's error code, or the NATS status if JetStream did not respond. */
export function jetStreamCode(error: unknown): number | string | undefined {
  return error instanceof NatsError ? (error.api_error?.err_code ?? error.code) : undefined;
}

/**
 * The server's reason, in its words, if it will keep refusing a consumer for a lane; undefined for errors that pass.
 */
export function refusalOf(error: unknown): string | undefined {
  if (!(error instanceof NatsError)) return undefined;
  return jetStreamCode(error) === CONSUMER_LIMIT || !isWithoutAnswer(error) ? error.message : undefined;
}
