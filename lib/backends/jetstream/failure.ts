import { NatsError } from "nats";
import { type Failure, failure, isFailure } from "../../errors.ts";

/**
 * JetStream's codes for "there is no room": of the account, the server, its memory, its storage, and the limit of
 * a stream, which it reports as a failure to store.
 */
const NO_ROOM = [10002, 10023, 10028, 10047, 10077];
const NO_ANSWER = ["TIMEOUT", "503", "DISCONNECT", "CONNECTION_CLOSED", "CONNECTION_DRAINING", "CONNECTION_TIMEOUT"];

/** What an error of NATS means to us; other errors stay what they are. */
export function asJetStreamFailure(error: unknown): Failure | unknown {
  if (isFailure(error) || !(error instanceof NatsError)) return error;
  if (isOutOfRoom(error))
    return failure("STORAGE_FULL", "There is no room left where the service keeps its data.", {
      retryAfterSeconds: 60,
    });
  return isWithoutAnswer(error) ? jetStreamUnavailable() : error;
}

export function jetStreamUnavailable(): Failure {
  return failure("STORE_UNAVAILABLE", "The message jetstream does not answer.", { retryAfterSeconds: 2 });
}

/** Nobody answered, or nobody who may: the server is away, or there is no leader. It may have been done all the same. */
export function isWithoutAnswer(error: unknown): boolean {
  if (!(error instanceof NatsError) || isOutOfRoom(error)) return false;
  return NO_ANSWER.includes(error.code) || error.api_error?.code === 503;
}

function isOutOfRoom({ api_error }: NatsError): boolean {
  return NO_ROOM.includes(api_error?.err_code ?? 0);
}

/** The error's code in JetStream's own table, or the status that NATS gave instead of an answer. */
export function jetStreamCode(error: unknown): number | string | undefined {
  return error instanceof NatsError ? (error.api_error?.err_code ?? error.code) : undefined;
}
