import type { ReaderPositions } from "../../ports/reader-positions.ts";
import type { MongoAdapter } from "./adapter.ts";
import { withRetries } from "./failure.ts";

interface PositionDocument {
  readonly _id: string;
  readonly position: string;
}

/** One document for each reader. */
export class MongoReaderPositions implements ReaderPositions {
  readonly #positions: MongoAdapter<PositionDocument>;

  constructor(adapter: unknown) {
    this.#positions = adapter as MongoAdapter<PositionDocument>;
  }

  async get(reader: string): Promise<string | undefined> {
    return (await withRetries(() => this.#positions.findById(reader)))?.position;
  }

  async move(reader: string, from: string | undefined, to: string): Promise<boolean> {
    if (from === undefined) return withRetries(() => this.#positions.insertNew({ _id: reader, position: to }));
    const filter = { _id: reader, position: from };
    const update = { $set: { position: to } };
    return (await withRetries(() => this.#positions.collection.updateOne(filter, update))).matchedCount === 1;
  }
}
