import { hash } from "node:crypto";
import { RESERVED_MS, type Reservation, type UploadReservations } from "../../ports/upload-reservations.ts";
import type { MongoAdapter } from "./adapter.ts";
import { withRetries } from "./failure.ts";

interface ReservationDocument {
  readonly _id: string;
  /** Hash of the account, so that nothing is left of one that is erased. */
  readonly account: string;
  readonly bytes: number;
  /** In milliseconds since 1970. */
  readonly at: number;
}

/** One document per upload. Its own write comes first, then the sum: of two at once, at least one sees both. */
export class MongoUploadReservations implements UploadReservations {
  readonly #uploads: MongoAdapter<ReservationDocument>;

  /** @param collection Returns the adapter for a collection name. */
  constructor(collection: (name: string) => unknown) {
    this.#uploads = collection("uploads") as MongoAdapter<ReservationDocument>;
  }

  async reserve({ id: _id, bytes, ...reservation }: Reservation): Promise<number> {
    const account = hash("sha256", reservation.account, "base64url");
    const at = Date.now();
    const { collection } = this.#uploads;
    await withRetries(() => collection.updateOne({ _id }, { $set: { account, bytes, at } }, { upsert: true }));
    const stages = [
      // What a clock that was ahead has reserved would count for as long as that was ahead.
      { $match: { account, at: { $gte: at - RESERVED_MS, $lte: at + RESERVED_MS } } },
      { $group: { _id: null, bytes: { $sum: "$bytes" } } },
    ];
    const [sum] = await withRetries(() => collection.aggregate<{ bytes: number }>(stages).toArray());
    return sum?.bytes ?? 0;
  }

  async release(id: string): Promise<void> {
    await withRetries(() => this.#uploads.removeMany({ _id: id }));
  }

  async sweep(): Promise<void> {
    const before = { at: { $lt: Date.now() - RESERVED_MS } };
    await withRetries(() => this.#uploads.removeMany(before));
  }
}
