/** Asks several nodes at the same time, and goes on without those that do not answer. */

/** A node that does not answer in time is left out. */
const ANSWER_WITHIN_MS = 1_000;

/** Options of the call to one of the nodes. */
export function toNode(nodeID: string) {
  return { nodeID, timeout: ANSWER_WITHIN_MS, retries: 0 };
}

/** The answers of the calls that have not failed. */
export async function answersOf<T>(calls: readonly Promise<T>[]): Promise<T[]> {
  const settled = await Promise.allSettled(calls);
  return settled.flatMap((call) => (call.status === "fulfilled" ? [call.value] : []));
}
