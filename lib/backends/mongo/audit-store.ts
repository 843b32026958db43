import { nextEntry } from "../../audit/chain.ts";
import type { AuditEntry, AuditRecord, AuditStore } from "../../ports/audit-store.ts";
import type { MongoAdapter } from "./adapter.ts";
import { parseStored, withRetries } from "./failure.ts";

/**
 * An entry as JSON, with its sequence as the key. If two nodes append at once, one finds the key taken and tries the
 * next.
 */
interface AuditDocument {
  readonly _id: number;
  readonly id: string;
  readonly time: string;
  readonly body: string;
}

export class MongoAuditStore implements AuditStore {
  readonly #entries: MongoAdapter<AuditDocument>;

  /** @param collection Returns the adapter for a collection name. */
  constructor(collection: (name: string) => unknown) {
    this.#entries = collection("audit") as MongoAdapter<AuditDocument>;
  }

  async append(records: readonly AuditRecord[]): Promise<void> {
    const ids = records.map(({ id }) => id);
    const known = await withRetries(() => this.#entries.find({ query: { id: { $in: ids } } }));
    const done = new Set(known.map(({ id }) => id));
    let [last] = await this.read({ limit: 1 });
    for (const record of records) {
      if (done.has(record.id)) continue;
      last = await this.#appendOne(record, last);
      done.add(record.id);
    }
  }

  async read({ before, limit }: { readonly before?: number; readonly limit: number }): Promise<AuditEntry[]> {
    const query = before === undefined ? {} : { _id: { $lt: before } };
    const found = await withRetries(() => this.#entries.find({ query, sort: { _id: -1 }, limit }));
    return found.map(entryOf);
  }

  async sweep(before: string): Promise<number> {
    const [kept] = await withRetries(() =>
      this.#entries.find({ query: { time: { $gte: before } }, sort: { _id: 1 }, limit: 1 }),
    );
    const end = kept?._id ?? (await this.read({ limit: 1 }))[0]?.sequence;
    return end === undefined ? 0 : withRetries(() => this.#entries.removeMany({ _id: { $lt: end } }));
  }

  /** @returns the newest entry, which is the record's, unless others have followed it. */
  async #appendOne(record: AuditRecord, newest: AuditEntry | undefined): Promise<AuditEntry | undefined> {
    for (let last = newest; ; [last] = await this.read({ limit: 1 })) {
      const entry = nextEntry(record, last);
      const { sequence: _id, id, time } = entry;
      if (await withRetries(() => this.#entries.insertNew({ _id, id, time, body: JSON.stringify(entry) })))
        return entry;
      // Either another node has taken the sequence, or the insertion was made and its response was lost.
      const own = await withRetries(() => this.#entries.findOne({ id }));
      if (own) return entryOf(own);
    }
  }
}

function entryOf({ _id, body }: AuditDocument): AuditEntry {
  return parseStored(body, `Entry ${_id} of the audit log`);
}
