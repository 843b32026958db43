import { uptime } from "node:os";

/** Time and chance as seen by the engine that runs jobs and webhooks; tests replace it. */
export interface Clock {
  /** Milliseconds since 1970. May jump. */
  now(): number;
  /** Milliseconds since some moment. Never jumps. */
  steady(): number;
  /** As `steady`, but counts the time in which the machine was suspended too. */
  uptime(): number;
  /** @returns a function that cancels the action. */
  after(ms: number, action: () => void): () => void;
  /** A random number from 0 (inclusive) to 1 (exclusive). */
  random(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  steady: () => performance.now(),
  uptime: () => uptime() * 1000,
  after(ms, action) {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};

/** Resolves after the time, or once the signal is aborted. */
export function pause(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const end = () => {
      cancel();
      signal?.removeEventListener("abort", end);
      resolve();
    };
    const cancel = clock.after(ms, end);
    signal?.addEventListener("abort", end);
  });
}

/** Repeats the action until the returned function is called. */
export function every(clock: Clock, ms: number, action: () => void): () => void {
  const repeat = () => {
    cancel = clock.after(ms, repeat);
    action();
  };
  let cancel = clock.after(ms, repeat);
  return () => cancel();
}
