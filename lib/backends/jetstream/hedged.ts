import { setTimeout as sleep } from "node:timers/promises";

/** Delays before each further attempt, in milliseconds. */
const HEDGE_DELAYS_MS = [200, 400, 800];

/**
 * The first response of up to four hedged attempts. Another attempt starts when the earlier ones are silent or have
 * failed. Use it for fast, idempotent requests that may be routed to an unreachable server.
 * @throws the first attempt's error, if all fail
 */
export async function hedged<T>(attempt: () => Promise<T>): Promise<T> {
  const attempts = [attempt()];
  for (const delayMs of HEDGE_DELAYS_MS) {
    const over = new AbortController();
    const delay = sleep(delayMs, undefined, { signal: over.signal }).catch(() => {});
    const first = Promise.any(attempts).then(
      (answer) => ({ answer }),
      () => undefined,
    );
    const answered = await Promise.race([first, delay]);
    over.abort();
    if (answered) return answered.answer;
    attempts.push(attempt());
  }
  try {
    return await Promise.any(attempts);
  } catch (error) {
    throw (error as AggregateError).errors[0];
  }
}
