import { randomBytes } from "node:crypto";
import type { Document, Filter, UpdateFilter } from "mongodb";
import type { CloudEvent } from "../../jobs/events.ts";
import type { MongoAdapter } from "./adapter.ts";
import type { EntityDocument, StoredEvent } from "./documents.ts";
import { untilDecided, withRetries } from "./failure.ts";
import type { HybridClock } from "./hybrid-clock.ts";
import { KeyedMutex } from "./keyed-mutex.ts";

/** A change of a document, and what the change comes to for the one who asked for it. */
export interface Change<D, T> {
  /** Fields as they will be; undefined removes one. */
  readonly set: { readonly [F in keyof D]?: D[F] | undefined };
  readonly events: readonly CloudEvent[];
  /** The document has something to publish, though no event yet. */
  readonly isPending?: true;
  readonly result: T;
}

const REMEMBERED_CHANGES = 8;

/** A collection of documents that are changed by compare-and-set, each with the events of its changes. */
export class MongoEntities<D extends EntityDocument> {
  readonly adapter: MongoAdapter<D>;
  readonly #clock: HybridClock;
  readonly #line = new KeyedMutex();

  constructor(adapter: MongoAdapter<D>, clock: HybridClock) {
    this.adapter = adapter;
    this.#clock = clock;
  }

  async get(id: string): Promise<D | undefined> {
    const document = await withRetries(() => this.adapter.findById(id));
    return document ? this.seen(document as D) : undefined;
  }

  /** To be called with each document that was read: what is changed after is stamped after. */
  seen(document: D): D {
    this.#clock.see(document.stamp);
    return document;
  }

  /** What a new document begins with. */
  begin(
    events: readonly CloudEvent[],
  ): Pick<EntityDocument, "change" | "before" | "stamp" | "outbox" | "pendingSince"> {
    const outbox = this.stamped(events);
    const [first] = outbox;
    const stamp = outbox.at(-1)?.stamp ?? this.#clock.next();
    return { change: newName(), before: [], stamp, outbox, ...(first && { pendingSince: first.stamp }) };
  }

  stamped(events: readonly CloudEvent[]): StoredEvent[] {
    return events.map((event) => ({ id: event.id, stamp: this.#clock.next(), event: JSON.stringify(event) }));
  }

  /**
   * Changes the document as decided on its latest state, however many others change it too.
   *
   * Where the answer of the server was lost, the change may have been made, or be made any moment. The next round sees
   * it by its name; or overtakes it, after which it can no longer be made.
   * @param decide Undefined to leave the document alone.
   * @returns the change's result; undefined if there is no document or the decision was to leave it alone.
   * @throws STORE_UNAVAILABLE, STORAGE_FULL
   */
  change<T>(id: string, decide: (document: D) => Promise<Change<D, T> | undefined>): Promise<T | undefined> {
    return this.#line.run(id, async () => {
      const tried = new Map<string, T>();
      const attempt = async (): Promise<{ readonly result: T | undefined } | undefined> => {
        const document = (await this.adapter.findById(id)) as D | null;
        if (!document) return { result: undefined };
        this.seen(document);
        const made = [document.change, ...document.before].find((name) => tried.has(name));
        if (made !== undefined) return { result: tried.get(made) };
        const change = await decide(document);
        if (!change) return { result: undefined };
        const name = newName();
        tried.set(name, change.result);
        const filter = { _id: id, change: document.change } as Filter<D>;
        const { matchedCount } = await this.adapter.collection.updateOne(filter, this.#update(document, name, change));
        return matchedCount === 1 ? { result: change.result } : undefined;
      };
      return (await untilDecided(attempt)).result;
    });
  }

  #update(document: D, name: string, { set, events, isPending }: Change<D, unknown>): UpdateFilter<D> {
    const outbox = this.stamped(events);
    const stamp = outbox.at(-1)?.stamp ?? this.#clock.next();
    const $set: Document = { change: name, stamp };
    $set.before = [document.change, ...document.before].slice(0, REMEMBERED_CHANGES);
    const $unset: Document = {};
    for (const [field, value] of Object.entries(set)) {
      if (value === undefined) $unset[field] = "";
      else $set[field] = value;
    }
    const pendingSince = outbox[0]?.stamp ?? (isPending && stamp);
    return {
      $set,
      ...(Object.keys($unset).length > 0 && { $unset }),
      ...(outbox.length > 0 && { $push: { outbox: { $each: outbox } } }),
      // Whoever empties the outbox in between takes the mark away: so it is set each time, never later than it was.
      ...(pendingSince && { $min: { pendingSince } }),
    } as unknown as UpdateFilter<D>;
  }
}

/** 96 random bits. */
export function newName(): string {
  return randomBytes(12).toString("base64url");
}
