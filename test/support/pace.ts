import { setTimeout as sleep } from "node:timers/promises";

const PACE_MS = 20;

/** Between two of the many requests that go on during a fault: as many as possible would only take processor time. */
export function pace(): Promise<void> {
  return sleep(PACE_MS);
}
