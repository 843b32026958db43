import { randomBytes } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Document, Filter, UpdateFilter } from "mongodb";
import { KeyedMutex } from "../../concurrency/keyed-mutex.ts";
import type { CloudEvent } from "../../jobs/events.ts";
import type { MongoAdapter } from "./adapter.ts";
import type { EntityDocument, StoredEvent } from "./documents.ts";
import { batchesOf } from "./event-batches.ts";
import { untilDecided, withRetries } from "./failure.ts";
import type { HybridClock } from "./hybrid-clock.ts";

/** A change of a document, and its result for the caller. */
export interface Change<D, T> {
  /** Fields to set; undefined removes a field. */
  readonly set: { readonly [F in keyof D]?: D[F] | undefined };
  readonly events: readonly CloudEvent[];
  /** The document will have something to publish, but has no event yet. */
  readonly isPending?: true;
  readonly result: T;
}

/**
 * Number of earlier changes that a document remembers. A writer whose answer was lost looks for its own change within
 * some 100 ms, in which other nodes may change a job dozens of times: at least once for each upload.
 */
const REMEMBERED_CHANGES = 100;

/** A collection of documents changed by compare-and-set, each with the events of its changes. */
export class MongoEntities<D extends EntityDocument> {
  readonly adapter: MongoAdapter<D>;
  readonly #clock: HybridClock;
  readonly #mutex = new KeyedMutex();
  /**
   * Documents as this node's last change left them, except for their outboxes. If another node has changed one since,
   * the next change here fails at first. A decision to change nothing is made on the document as it is stored.
   */
  readonly #remembered: LRUCache<string, D> | undefined;

  /**
   * @param options.remembered Number of changed documents that are kept, so that the next change need not read them.
   */
  constructor(adapter: MongoAdapter<D>, clock: HybridClock, { remembered = 0 } = {}) {
    this.adapter = adapter;
    this.#clock = clock;
    if (remembered > 0) this.#remembered = new LRUCache({ max: remembered });
  }

  async get(id: string): Promise<D | undefined> {
    const document = await withRetries(() => this.adapter.findById(id));
    return document ? this.seen(document as D) : undefined;
  }

  /** Call with every document read: later changes then get later stamps. */
  seen<T extends Pick<D, "stamp">>(document: T): T {
    this.#clock.see(document.stamp);
    return document;
  }

  /** Initial fields of a new document. */
  begin(
    events: readonly CloudEvent[],
  ): Pick<EntityDocument, "change" | "before" | "stamp" | "outbox" | "pendingSince"> {
    const stamped = this.stamped(events);
    const [first] = stamped;
    const stamp = stamped.at(-1)?.stamp ?? this.#clock.next();
    const outbox = batchesOf(stamped);
    return { change: newName(), before: [], stamp, outbox, ...(first && { pendingSince: first.stamp }) };
  }

  stamped(events: readonly CloudEvent[]): StoredEvent[] {
    return events.map((event) => ({ id: event.id, stamp: this.#clock.next(), event: JSON.stringify(event) }));
  }

  /**
   * Changes the document as decided on its latest state, despite concurrent writers.
   *
   * If the server's response is lost, the change may have been applied or may still be. The next round either finds it
   * by its id, or supersedes it, after which it can no longer be applied.
   * @param decide Returns undefined to leave the document unchanged.
   * @returns the change's result; undefined if the document does not exist or is left unchanged.
   * @throws STORE_UNAVAILABLE, STORAGE_FULL
   */
  change<T>(id: string, decide: (document: D) => Promise<Change<D, T> | undefined>): Promise<T | undefined> {
    return this.#mutex.run(id, async () => {
      const tried = new Map<string, T>();
      const attempt = async (): Promise<{ readonly result: T | undefined } | undefined> => {
        const remembered = this.#forget(id);
        const document = remembered ?? ((await this.adapter.findById(id)) as D | null);
        if (!document) return { result: undefined };
        this.seen(document);
        const made = [document.change, ...document.before].find((name) => tried.has(name));
        if (made !== undefined) return { result: tried.get(made) };
        const change = await decide(document);
        // Without a write, nothing would show that another node has changed the document since. So it is read, and the
        // change is decided again.
        if (!change) return remembered ? undefined : { result: undefined };
        const name = newName();
        tried.set(name, change.result);
        const filter = { _id: id, change: document.change } as Filter<D>;
        const update = this.#update(document, name, change);
        const { matchedCount } = await this.adapter.collection.updateOne(filter, update);
        if (matchedCount !== 1) return undefined;
        this.#remember({ ...document, ...change.set, ...update.$set });
        return { result: change.result };
      };
      return (await untilDecided(attempt)).result;
    });
  }

  #remember(document: D): void {
    this.#remembered?.set(document._id, document);
  }

  /** A remembered document is used once: after a fault, or if it is out of date, the document is read. */
  #forget(id: string): D | undefined {
    const document = this.#remembered?.get(id);
    this.#remembered?.delete(id);
    return document;
  }

  #update(document: D, name: string, { set, events, isPending }: Change<D, unknown>): UpdateFilter<D> {
    const stamped = this.stamped(events);
    const stamp = stamped.at(-1)?.stamp ?? this.#clock.next();
    const $set: Document = { change: name, stamp };
    $set.before = [document.change, ...document.before].slice(0, REMEMBERED_CHANGES);
    const $unset: Document = {};
    for (const [field, value] of Object.entries(set)) {
      if (value === undefined) $unset[field] = "";
      else $set[field] = value;
    }
    const pendingSince = stamped[0]?.stamp ?? (isPending && stamp);
    return {
      $set,
      ...(Object.keys($unset).length > 0 && { $unset }),
      ...(stamped.length > 0 && { $push: { outbox: { $each: batchesOf(stamped) } } }),
      // A concurrent publisher that empties the outbox removes the mark, so set it each time, never to a later value.
      ...(pendingSince && { $min: { pendingSince } }),
    } as unknown as UpdateFilter<D>;
  }
}

/** A random name of 96 bits. */
export function newName(): string {
  return randomBytes(12).toString("base64url");
}
