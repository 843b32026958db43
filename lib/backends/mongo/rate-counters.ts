import { hash } from "node:crypto";
import type { Points, PointsRequest, RateCounters } from "../../ports/rate-counters.ts";
import { CLOCK_TOLERANCE_MS } from "../../time/retention-clock.ts";
import type { MongoAdapter } from "./adapter.ts";
import { asStoreFailure, isDuplicate, withRetries } from "./failure.ts";

/** The present window of a name, or its last one. */
interface CounterDocument {
  /** Hash of the name: no address and no owner is kept. */
  readonly _id: string;
  /** Points that were granted. Where only a part of what was wanted was left, more than the limit. */
  readonly taken: number;
  /** End of the window by the clock of the node that began it, in milliseconds since 1970. */
  readonly endsAt: number;
}

/** Not journalled, and acknowledged by one server: a lost counter does no harm, and a request waits for the answer. */
const writeConcern = { w: 1, journal: false } as const;

/**
 * One document per name. Each take is one atomic `$inc`, which also says how much was left, and which is made only if
 * enough is left. A window begins with the first take after the last one's end, so a node whose clock is ahead may cut
 * a window short by that difference. For other nodes, its own windows last longer by the same difference, but at most
 * by the difference of clocks that is tolerated without a log entry. Otherwise a clock that was a day ahead would leave
 * limits used up for a day, even after it was corrected.
 */
export class MongoRateCounters implements RateCounters {
  readonly #counters: MongoAdapter<CounterDocument>;

  /** @param collection Returns the adapter for a collection name. */
  constructor(collection: (name: string) => unknown) {
    this.#counters = collection("rateCounters") as MongoAdapter<CounterDocument>;
  }

  async take({ name, points, least = Math.min(1, points), limit, windowMs }: PointsRequest): Promise<Points> {
    const _id = hash("sha256", name, "base64url");
    const options = { returnDocument: "after", writeConcern } as const;
    const counters = this.#counters.collection;
    try {
      for (;;) {
        const now = Date.now();
        const isPresent = { _id, endsAt: { $gt: now } };
        const hasEnough = { ...isPresent, taken: { $lte: limit - least } };
        const $min = { endsAt: now + windowMs + CLOCK_TOLERANCE_MS };
        const resetMs = ({ endsAt }: CounterDocument) => Math.min(endsAt - now, windowMs);
        const after = await counters.findOneAndUpdate(hasEnough, { $inc: { taken: points }, $min }, options);
        if (after) return { ...grantedOf(points, limit - (after.taken - points)), resetMs: resetMs(after) };
        const present = await counters.findOneAndUpdate(isPresent, { $min }, options);
        const left = limit - (present?.taken ?? 0);
        if (left < least)
          return { granted: 0, left: Math.max(0, left), resetMs: present ? resetMs(present) : windowMs };
        // Another node has begun the window just now.
        if (present) continue;
        const begun = await this.#begin({ _id, taken: points, endsAt: now + windowMs }, now);
        if (begun) return { ...grantedOf(points, limit), resetMs: windowMs };
      }
    } catch (error) {
      throw asStoreFailure(error);
    }
  }

  async sweep(): Promise<void> {
    const isOver = { endsAt: { $lte: Date.now() } };
    await withRetries(() => this.#counters.removeMany(isOver));
  }

  /** @returns false if another node has begun the window meanwhile. */
  async #begin(window: CounterDocument, now: number): Promise<boolean> {
    const { _id, ...$set } = window;
    const isOver = { _id, endsAt: { $lte: now } };
    const { matchedCount } = await this.#counters.collection.updateOne(isOver, { $set }, { writeConcern });
    if (matchedCount === 1) return true;
    try {
      await this.#counters.collection.insertOne(window, { writeConcern });
      return true;
    } catch (error) {
      if (isDuplicate(error)) return false;
      throw error;
    }
  }
}

function grantedOf(points: number, left: number): Pick<Points, "granted" | "left"> {
  const granted = Math.min(points, left);
  return { granted, left: left - granted };
}
