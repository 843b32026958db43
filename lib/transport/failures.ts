/** Maps broker errors to client errors, by the contract of the called action. */
import type { Context, Middleware, Service } from "moleculer";
import { contractOf } from "../contracts/actions.ts";
import { type Failure, failure, isFailure, noDetector } from "../errors.ts";
import { FailureLog } from "./failure-log.ts";

const failedCalls = new FailureLog("Call of another node failed");

/** Maps errors of the framework, from the point of view of the called action. */
function ofFramework(type: unknown, data: unknown): Failure | undefined {
  const action = String((data as { action?: unknown } | undefined)?.action ?? "");
  const { runsOn = "service" } = contractOf(action) ?? {};
  // Detectors are also asked for what is not about an image, such as to load a model.
  const isOfImage = runsOn === "least busy detector";
  const unavailable = (detail: string) => failure("SERVICE_UNAVAILABLE", detail, { retryAfterSeconds: 1 });
  switch (type) {
    case "SERVICE_NOT_FOUND":
    case "SERVICE_NOT_AVAILABLE":
      return runsOn === "service" ? unavailable(`No node that offers ${action} is connected.`) : noDetector();
    case "QUEUE_FULL":
      return failure("OVERLOADED", `Too many calls of ${action} wait.`);
    case "REQUEST_REJECTED":
      // For other actions, it is unknown whether the action was done.
      if (isOfImage) return failure("NODE_LOST", "The node that processed the image is gone.");
      return unavailable(`The node that was to do ${action} is gone.`);
    case "BAD_GATEWAY":
      return unavailable("The connection to the other nodes is interrupted.");
    case "REQUEST_TIMEOUT":
    case "REQUEST_SKIPPED":
      if (isOfImage) return failure("IMAGE_TIMEOUT", "A node did not answer in time.");
      return unavailable(`The node that was to do ${action} did not answer in time.`);
    default:
      return undefined;
  }
}

/** Maps any error to a client error. Framework errors get one of our codes; all others become INTERNAL_ERROR. */
export function asFailure(error: unknown): Failure {
  if (isFailure(error)) return error;
  const { type, data } = error instanceof Error ? (error as Error & { type?: unknown; data?: unknown }) : {};
  return (
    ofFramework(type, data) ?? failure("INTERNAL_ERROR", "An unexpected error; the log has it under the request's id.")
  );
}

/** Middleware for errors of the calls that an action makes, if the action fails with such an error. */
export const errorsOfCalls: Middleware = {
  name: "ErrorsOfCalls",
  localAction(handler) {
    return async function mapped(this: Service, context) {
      try {
        return await handler.call(this, context);
      } catch (error) {
        logCause(error, context);
        const { type, data } = error as { type?: unknown; data?: unknown };
        // These errors must not be passed on unchanged: they would look like errors of calling this action, and
        // `retryPolicy` would repeat it although it has begun.
        throw ofFramework(type, data) ?? error;
      }
    };
  },
};

/**
 * Logs the cause of a failure, because it is not sent to other nodes. The gateway logs the causes of its own process.
 */
function logCause(error: unknown, { nodeID, requestID, broker, service }: Context): void {
  if (!isFailure(error) || error.cause === undefined || nodeID === broker.nodeID) return;
  if (service) failedCalls.error(service.logger, error, { requestId: requestID ?? undefined });
}
