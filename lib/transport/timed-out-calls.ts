/** Calls of other nodes that were not answered in time. */
import { Errors, type Middleware } from "moleculer";

/** Moleculer's own timer comes first: it logs the call and counts it. */
const LATER_MS = 100;

/**
 * Ends the promise of a call that Moleculer has told its caller was not answered in time, and has forgotten itself:
 * nobody else does, and the list of running calls, for which a stop waits, would have it until
 * `SHUTDOWN_TIMEOUT_MS` is over.
 */
export const endTimedOutCalls: Middleware = {
  name: "EndTimedOutCalls",
  remoteAction(handler) {
    return (context) => {
      const answer: Promise<unknown> = handler.call(context.service as never, context);
      const { timeout } = context.options as { timeout?: number | null };
      if (!timeout) return answer;
      const { promise, resolve, reject } = Promise.withResolvers<unknown>();
      const timer = setTimeout(() => {
        const { action, nodeID } = context;
        reject(new Errors.RequestTimeoutError({ action: action?.name ?? "", nodeID: nodeID ?? "" }));
      }, timeout + LATER_MS);
      answer.then(resolve, reject).finally(() => clearTimeout(timer));
      return promise;
    };
  },
};
