import { setTimeout as sleep } from "node:timers/promises";
import { ServiceProblem, ServiceUnreachable } from "./errors.ts";

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;

export interface RetrySettings {
  /** Whether a request whose answer was lost may be sent again: it changes nothing, or its effect happens once. */
  readonly mayRepeat: () => boolean;
  /** How long to go on trying, in milliseconds from the first attempt. */
  readonly patienceMs: number;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes a request until it is answered. A refusal with `Retry-After` is tried again when it says so; a lost connection
 * after growing pauses. All else is the caller's.
 * @throws the last error, when the patience is over.
 */
export async function withRetry<T>(
  attempt: () => Promise<T>,
  { mayRepeat, patienceMs, signal }: RetrySettings,
): Promise<T> {
  const deadline = performance.now() + patienceMs;
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
    try {
      return await attempt();
    } catch (error) {
      const waitMs = waitAfter(error, pauseMs, mayRepeat);
      if (waitMs === undefined || performance.now() + waitMs > deadline) throw error;
      await sleep(waitMs, undefined, signal ? { signal } : {});
    }
  }
}

function waitAfter(error: unknown, pauseMs: number, mayRepeat: () => boolean): number | undefined {
  if (error instanceof ServiceUnreachable) return mayRepeat() ? jittered(pauseMs) : undefined;
  if (!(error instanceof ServiceProblem) || error.retryAfterSeconds === undefined) return undefined;
  // Never before the time: but not all clients at the same moment either.
  return error.retryAfterSeconds * 1000 + jittered(pauseMs) / 2;
}

function jittered(ms: number): number {
  return ms * (0.75 + Math.random() / 2);
}
