import { hash } from "node:crypto";
import { RESERVED_MS, type Reservation, type UploadReservations } from "../../ports/upload-reservations.ts";
import type { MongoAdapter } from "./adapter.ts";
import { withRetries } from "./failure.ts";

interface ReservationDocument {
  readonly _id: string;
  /** Hash of the account, so that nothing remains of an account that is erased. */
  readonly account: string;
  readonly bytes: number;
  /** Time of the last reservation in milliseconds since 1970. */
  readonly at: number;
}

/** One document per upload. A call writes first and then sums up, so of two concurrent calls at least one sees both. */
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
      // The upper bound excludes a reservation by a clock that was ahead, which would otherwise count for that much
      // longer.
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
