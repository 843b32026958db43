/** What errors of the broker are to the client: it goes by the contract of the action that was called. */
import { contractOf } from "../contracts/actions.ts";
import { type Failure, failure, isFailure, noDetector } from "../errors.ts";

/** The framework's own errors, as the action they belong to sees them. */
function ofFramework(type: unknown, data: unknown): Failure | undefined {
  const action = String((data as { action?: unknown } | undefined)?.action ?? "");
  const { runsOn = "service" } = contractOf(action) ?? {};
  const isDetector = runsOn !== "service";
  const unavailable = (detail: string) => failure("SERVICE_UNAVAILABLE", detail, { retryAfterSeconds: 1 });
  switch (type) {
    case "SERVICE_NOT_FOUND":
    case "SERVICE_NOT_AVAILABLE":
      return isDetector ? noDetector() : unavailable(`No node that offers ${action} is connected.`);
    case "QUEUE_FULL":
      return failure("OVERLOADED", `Too many calls of ${action} wait.`);
    case "REQUEST_REJECTED":
      // Of anything but an image nobody knows whether it was done.
      if (isDetector) return failure("NODE_LOST", "The node that processed the image is gone.");
      return unavailable(`The node that was to do ${action} is gone.`);
    case "BAD_GATEWAY":
      return unavailable("The connection to the other nodes is interrupted.");
    case "REQUEST_TIMEOUT":
    case "REQUEST_SKIPPED":
      if (isDetector) return failure("IMAGE_TIMEOUT", "A node did not answer in time.");
      return unavailable(`The node that was to do ${action} did not answer in time.`);
    default:
      return undefined;
  }
}

/** What an error is to the client. The framework's own errors get a code of ours; all else is an INTERNAL_ERROR. */
export function asFailure(error: unknown): Failure {
  if (isFailure(error)) return error;
  const { type, data } = error instanceof Error ? (error as Error & { type?: unknown; data?: unknown }) : {};
  return (
    ofFramework(type, data) ?? failure("INTERNAL_ERROR", "An unexpected error; the log has it under the request's id.")
  );
}
