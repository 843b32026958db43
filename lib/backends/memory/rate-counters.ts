import { LRUCache } from "lru-cache";
import type { Points, PointsRequest, RateCounters } from "../../ports/rate-counters.ts";

interface Window {
  taken: number;
  /** End of the window by `performance.now()`. */
  readonly endsAt: number;
}

/**
 * Bounds the memory, from however many addresses requests come. The counter that was used least recently is removed
 * first.
 */
const MAX_NAMES = 50_000;

/** Counters of one process. */
export class MemoryRateCounters implements RateCounters {
  readonly #windows = new LRUCache<string, Window>({ max: MAX_NAMES });

  async take({ name, points, least = 1, limit, windowMs }: PointsRequest): Promise<Points> {
    const now = performance.now();
    let window = this.#windows.get(name);
    if (!window || window.endsAt <= now) {
      window = { taken: 0, endsAt: now + windowMs };
      this.#windows.set(name, window);
    }
    const left = Math.max(0, limit - window.taken);
    const granted = left < least ? 0 : Math.min(points, left);
    window.taken += granted;
    return { granted, left: left - granted, resetMs: window.endsAt - now };
  }

  /** The cache removes counters when it needs their room. */
  async sweep(): Promise<void> {}
}
