import { hash } from "node:crypto";
import type { Points, PointsRequest, RateCounters } from "../../ports/rate-counters.ts";
import { CLOCK_TOLERANCE_MS } from "../../retention-clock.ts";
import type { MongoAdapter } from "./adapter.ts";
import { asStoreFailure, isDuplicate, withRetries } from "./failure.ts";

/** The present window of a name, or its last one. */
interface CounterDocument {
  /** Hash of the name: no address and no owner is kept. */
  readonly _id: string;
  /** Points that were requested, including those that were not granted. */
  readonly taken: number;
  /** End of the window by the clock of the node that began it, in milliseconds since 1970. */
  readonly endsAt: number;
}

/** Not journalled, and acknowledged by one server: a lost counter does no harm, and a request waits for the answer. */
const writeConcern = { w: 1, journal: false } as const;

/**
 * One document per name. Each take is one atomic `$inc`, which also says how much was left. A window begins with the
 * first take after the last one's end, so a node whose clock is ahead may cut a window short by that difference. For
 * other nodes, its own windows last longer by the same difference, but at most by the difference of clocks that is
 * tolerated without a log entry. Otherwise a clock that was a day ahead would leave limits used up for a day, even
 * after it was corrected.
 */
export class MongoRateCounters implements RateCounters {
  readonly #counters: MongoAdapter<CounterDocument>;

  /** @param collection Returns the adapter for a collection name. */
  constructor(collection: (name: string) => unknown) {
    this.#counters = collection("rateCounters") as MongoAdapter<CounterDocument>;
  }

  async take({ name, points, limit, windowMs }: PointsRequest): Promise<Points> {
    const _id = hash("sha256", name, "base64url");
    const options = { returnDocument: "after", writeConcern } as const;
    try {
      for (;;) {
        const now = Date.now();
        const isPresent = { _id, endsAt: { $gt: now } };
        const change = { $inc: { taken: points }, $min: { endsAt: now + windowMs + CLOCK_TOLERANCE_MS } };
        const present =
          (await this.#counters.collection.findOneAndUpdate(isPresent, change, options)) ??
          (await this.#begin({ _id, taken: points, endsAt: now + windowMs }, now));
        if (!present) continue;
        const left = Math.max(0, limit - (present.taken - points));
        const granted = Math.min(points, left);
        return { granted, left: left - granted, resetMs: Math.min(present.endsAt - now, windowMs) };
      }
    } catch (error) {
      throw asStoreFailure(error);
    }
  }

  async sweep(): Promise<void> {
    const isOver = { endsAt: { $lte: Date.now() } };
    await withRetries(() => this.#counters.removeMany(isOver));
  }

  /** @returns undefined if another node has begun the window meanwhile. */
  async #begin(window: CounterDocument, now: number): Promise<CounterDocument | undefined> {
    const { _id, ...$set } = window;
    const isOver = { _id, endsAt: { $lte: now } };
    const { matchedCount } = await this.#counters.collection.updateOne(isOver, { $set }, { writeConcern });
    if (matchedCount === 1) return window;
    try {
      await this.#counters.collection.insertOne(window, { writeConcern });
      return window;
    } catch (error) {
      if (isDuplicate(error)) return undefined;
      throw error;
    }
  }
}
