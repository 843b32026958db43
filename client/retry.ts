import { ServiceProblem, ServiceUnreachable } from "./errors.ts";
import { pause } from "./pause.ts";

const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 5_000;

export interface RetrySettings {
  /** Whether a request whose answer was lost may be sent again, because it is read-only or idempotent. */
  readonly mayRepeat: () => boolean;
  /** How long to keep trying, in milliseconds from the first attempt. */
  readonly patienceMs: number;
  readonly signal?: AbortSignal | undefined;
}

/** Statuses by which a proxy says that it got no answer of the service, for example while that is restarted. */
const PROXY_FAILURES: readonly number[] = [502, 503, 504];

/**
 * Retries a request until it is answered. A refusal with `Retry-After` is retried after that time, a lost connection
 * and the failure of a proxy with exponential back-off. Other errors are thrown at once.
 * @throws the last error once `patienceMs` is used up.
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
      await pause(waitMs, signal);
    }
  }
}

/** @returns milliseconds until the request may be sent again; undefined if it should not. */
export function waitAfter(error: unknown, pauseMs: number, mayRepeat: () => boolean): number | undefined {
  if (isLost(error)) return mayRepeat() ? jittered(pauseMs) : undefined;
  if (!(error instanceof ServiceProblem) || error.retryAfterSeconds === undefined) return undefined;
  // Never too early, and with jitter so that clients do not all retry at the same moment.
  return error.retryAfterSeconds * 1000 + jittered(pauseMs) / 2;
}

/** Whether it is unknown if the request had an effect. A problem of the service itself would say so. */
function isLost(error: unknown): boolean {
  if (error instanceof ServiceUnreachable) return true;
  if (!(error instanceof ServiceProblem) || error.problem || error.retryAfterSeconds !== undefined) return false;
  return PROXY_FAILURES.includes(error.status);
}

function jittered(ms: number): number {
  return ms * (0.75 + Math.random() / 2);
}
