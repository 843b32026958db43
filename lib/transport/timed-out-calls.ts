/** Calls of other nodes that were not answered in time. */
import { Errors, type Middleware } from "moleculer";

/** Delay after Moleculer's own timer, which must fire first: it logs the call and counts it. */
const LATER_MS = 100;

/**
 * Ends the promise of a call from another node that Moleculer has reported as timed out and has forgotten. Nothing else
 * ends it, and it would stay in the list of running calls, so that a stop would wait for it until `SHUTDOWN_TIMEOUT_MS`
 * is over.
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
