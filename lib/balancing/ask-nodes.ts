/** Asks several nodes at the same time, and goes on without those that do not answer. */

/** A node that does not answer in time is left out. */
const ANSWER_WITHIN_MS = 1_000;

/** Options of the call to one of the nodes. */
export function toNode(nodeID: string) {
  return { nodeID, timeout: ANSWER_WITHIN_MS, retries: 0 };
}

/**
 * The answers of the calls that have not failed.
 * @param onFailed Called with the error of each call that has failed.
 */
export async function answersOf<T>(
  calls: readonly Promise<T>[],
  onFailed: (error: unknown) => void = () => {},
): Promise<T[]> {
  const settled = await Promise.allSettled(calls);
  for (const call of settled) if (call.status === "rejected") onFailed(call.reason);
  return settled.flatMap((call) => (call.status === "fulfilled" ? [call.value] : []));
}

/** Whether the node that was called may answer later. It did not say that it cannot. */
export function isUnanswered(error: unknown): boolean {
  const { type } = error as { readonly type?: unknown };
  return type === "REQUEST_TIMEOUT" || type === "REQUEST_REJECTED" || type === "BAD_GATEWAY";
}
