import type { Clock } from "../../lib/time/clock.ts";

/** A clock that advances only on command. */
export function manualClock(start = Date.now()): Clock & {
  /** Milliseconds until each pending action, in order. */
  waits(): number[];
  advance(ms: number): void;
} {
  let time = start;
  const waiting = new Set<{ at: number; action: () => void }>();
  return {
    now: () => time,
    steady: () => time,
    uptime: () => time,
    random: () => 0.5,
    after(ms, action) {
      const entry = { at: time + ms, action };
      waiting.add(entry);
      return () => waiting.delete(entry);
    },
    waits: () => Array.from(waiting, ({ at }) => at - time).sort((a, b) => a - b),
    advance(ms) {
      time += ms;
      for (const entry of [...waiting].filter(({ at }) => at <= time)) {
        waiting.delete(entry);
        entry.action();
      }
    },
  };
}
