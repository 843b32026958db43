/** The gRPC status for an error. */
import { Metadata, type StatusObject, status } from "@grpc/grpc-js";
import { definitions, type Failure } from "../errors.ts";

/** Status by HTTP status. Faults of a request that are not listed are INVALID_ARGUMENT. */
const byHttpStatus: Readonly<Record<number, status>> = {
  401: status.UNAUTHENTICATED,
  403: status.PERMISSION_DENIED,
  404: status.NOT_FOUND,
  408: status.DEADLINE_EXCEEDED,
  409: status.FAILED_PRECONDITION,
  421: status.PERMISSION_DENIED,
  429: status.RESOURCE_EXHAUSTED,
  500: status.INTERNAL,
  501: status.UNIMPLEMENTED,
  502: status.UNAVAILABLE,
  503: status.UNAVAILABLE,
  504: status.DEADLINE_EXCEEDED,
  507: status.RESOURCE_EXHAUSTED,
};

export function statusCodeOf({ type }: Failure): status {
  return byHttpStatus[definitions[type].status] ?? status.INVALID_ARGUMENT;
}

/**
 * The trailing metadata has the stable `code` of the error and, where it may be retried, `retry-after` in seconds and
 * gRPC's own retry delay (gRFC A6) in milliseconds.
 */
export function statusOf(error: Failure): StatusObject {
  const metadata = new Metadata();
  metadata.set("code", error.type);
  const { retryAfterSeconds } = error.data;
  if (retryAfterSeconds !== undefined) {
    metadata.set("retry-after", String(retryAfterSeconds));
    metadata.set("grpc-retry-pushback-ms", String(retryAfterSeconds * 1000));
  }
  return { code: statusCodeOf(error), details: error.message, metadata };
}
