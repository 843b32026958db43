/** Stops work on an image that takes too long, by a check between its steps. */
import { failure } from "../errors.ts";

/**
 * Called before each step of work whose number of steps depends on the image, such as one for each of the thousands of
 * faces that it may have. It throws to stop.
 */
export type CheckTime = () => void;

/**
 * Nobody waits any longer for an image after its deadline, on the clock of `performance.now()`.
 * @param what The work, as the start of a sentence.
 * @returns a check that throws IMAGE_TIMEOUT after the deadline.
 */
export function stopAt(deadline: number, timeLimitMs: number, what: string): CheckTime {
  return () => {
    if (performance.now() <= deadline) return;
    const timeoutMs = Math.max(1, Math.floor(timeLimitMs));
    throw failure("IMAGE_TIMEOUT", `${what} was stopped after ${timeoutMs} ms.`, { timeoutMs });
  };
}
