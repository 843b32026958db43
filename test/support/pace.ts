import { setTimeout as sleep } from "node:timers/promises";

const PACE_MS = 20;

/** Pause between two of the many requests during a fault: more requests would only take processor time. */
export function pace(): Promise<void> {
  return sleep(PACE_MS);
}
