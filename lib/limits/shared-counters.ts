/**
 * Counters that all gateways share without a call for each request: a gateway takes points in portions and spends them
 * by itself. A portion is a hundredth of what is left, or what requests need if that is more. While fewer than 200
 * points are left, only what requests need is taken, so the counting is exact. Before, each gateway may keep a
 * hundredth that it does not spend. The limit is never exceeded.
 */
import { LRUCache } from "lru-cache";
import type { Points, PointsRequest } from "../ports/rate-counters.ts";

/** Bounds the memory. A name that is forgotten loses one portion at most. */
const MAX_NAMES = 50_000;
const PORTIONS = 100;
/** How long the shared counters are not called after they have failed. */
const RETRY_MS = 1_000;

export interface SharedCountersOptions {
  /** `take` of the shared counters. It fails soon if they do not answer. */
  readonly take: (request: PointsRequest) => Promise<Points>;
  /**
   * Used when the shared counters fail, because requests cannot wait: this gateway counts alone, up to the whole limit.
   */
  readonly takeAlone: (request: PointsRequest) => Promise<Points>;
  /** Called when the shared counters begin to fail, and when they answer again. */
  readonly onChange: (isAway: boolean) => void;
}

export type Wanted = Pick<PointsRequest, "name" | "points" | "limit" | "windowMs">;

export interface Spent {
  readonly isGranted: boolean;
  /** Points that are left, as far as this gateway knows. */
  readonly left: number;
  /** When the window ends and new points are available, by `performance.now()`. */
  readonly endsAt: number;
}

/** The points of a name that this gateway has for the present window. */
interface Portion {
  points: number;
  /** Points left for all gateways at the last answer. */
  left: number;
  /** End of the window by `performance.now()`. */
  endsAt: number;
  /** Requests that wait for points, in the order of their arrival. */
  readonly waiting: Set<Wanted>;
  filling: Promise<void> | undefined;
}

export class SharedCounters {
  readonly #options: SharedCountersOptions;
  readonly #portions = new LRUCache<string, Portion>({ max: MAX_NAMES });
  #isAway = false;
  #retryAt = 0;

  constructor(options: SharedCountersOptions) {
    this.#options = options;
  }

  /** Spends all of the wanted points, or none. */
  async spend(wanted: Wanted): Promise<Spent> {
    const { name, points, limit, windowMs } = wanted;
    if (points > limit) return { isGranted: false, left: limit, endsAt: performance.now() + windowMs };
    for (;;) {
      const now = performance.now();
      const portion = this.#portionOf(wanted, now);
      // The window may have ended while points are taken, which tells what the next one has.
      if (portion.endsAt > now) {
        const isGranted = portion.points >= points;
        if (isGranted) portion.points -= points;
        const left = portion.points + portion.left;
        if (isGranted || points > left) return { isGranted, left, endsAt: portion.endsAt };
      }
      portion.waiting.add(wanted);
      portion.filling ??= this.#fill(portion, { name, limit, windowMs }).finally(() => {
        portion.filling = undefined;
      });
      try {
        await portion.filling;
      } finally {
        portion.waiting.delete(wanted);
      }
    }
  }

  /** Gives points back that were spent in the window that ends at `endsAt`. If it has ended, they are lost. */
  giveBack(name: string, points: number, endsAt: number): void {
    const portion = this.#portions.get(name);
    if (portion && endsAt > performance.now()) portion.points += points;
  }

  #portionOf({ name, limit, windowMs }: Wanted, now: number): Portion {
    const known = this.#portions.get(name);
    if (known && (known.endsAt > now || known.filling)) return known;
    const portion = { points: 0, left: limit, endsAt: now + windowMs, waiting: new Set<Wanted>(), filling: undefined };
    this.#portions.set(name, portion);
    return portion;
  }

  async #fill(portion: Portion, request: Omit<PointsRequest, "points" | "least">): Promise<void> {
    // Waits a turn, so that concurrent requests share one call.
    await undefined;
    const needed = neededBy(portion) - portion.points;
    if (needed <= 0) return;
    const points = Math.max(needed, Math.floor(portion.left / PORTIONS));
    // A part of what is needed would be of no use here, and be missing elsewhere.
    const least = needed > 1 ? { least: needed } : {};
    // Taken before the call, so that the window does not end later here than elsewhere.
    const askedAt = performance.now();
    const { granted, left, resetMs } = await this.#take({ ...request, points, ...least });
    // The granted points may belong to a window that has ended.
    if (performance.now() >= portion.endsAt) portion.points = 0;
    portion.points += granted;
    portion.left = left;
    portion.endsAt = askedAt + resetMs;
  }

  async #take(request: PointsRequest): Promise<Points> {
    const { take, takeAlone } = this.#options;
    if (this.#isAway) {
      this.#tryAgain(request);
      return takeAlone(request);
    }
    try {
      return await take(request);
    } catch {
      this.#change(true);
      return takeAlone(request);
    }
  }

  /** Calls the shared counters again, without delaying a request. */
  #tryAgain(request: PointsRequest): void {
    if (performance.now() < this.#retryAt) return;
    this.#retryAt = performance.now() + RETRY_MS;
    this.#options.take({ ...request, points: 0 }).then(
      () => this.#change(false),
      () => {},
    );
  }

  #change(isAway: boolean): void {
    if (isAway) this.#retryAt = performance.now() + RETRY_MS;
    if (isAway === this.#isAway) return;
    this.#isAway = isAway;
    this.#options.onChange(isAway);
  }
}

/** Points that the waiting requests need, as many requests as can have all of theirs, the first ones first. */
function neededBy({ points, left, waiting }: Portion): number {
  let needed = 0;
  for (const wanted of waiting) if (needed + wanted.points <= points + left) needed += wanted.points;
  return needed;
}
