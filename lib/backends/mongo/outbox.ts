import type { AnyBulkWriteOperation, Filter, Sort } from "mongodb";
import { isFailure } from "../../errors.ts";
import { type CloudEvent, jobIdOf } from "../../jobs/events.ts";
import { MAX_PARCEL_IMAGES } from "../../jobs/parcel.ts";
import type { EntityDocument, JobDocument, ParcelDocument, StoredEvent } from "./documents.ts";
import type { MongoEntities } from "./entities.ts";
import { batchesOf, eventsOf } from "./event-batches.ts";
import { parseStored, withRetries } from "./failure.ts";

/** Updates of one command. FerretDB occupies one of its 100 database connections per update until all are done. */
const BATCH = 50;
/** The fields that publishing needs. Bodies are not read because they are large. */
const fields = {
  change: 1,
  stamp: 1,
  outbox: 1,
  pendingSince: 1,
  state: 1,
  cancellation: 1,
  deletion: 1,
  jobId: 1,
} as const;

type Fields = Pick<EntityDocument, "_id" | "change" | "stamp" | "outbox" | "pendingSince"> &
  Pick<Partial<JobDocument>, "state" | "cancellation" | "deletion"> &
  Pick<Partial<ParcelDocument>, "jobId">;
/** A document as far as it was read, with the events of its outbox. */
type Read = Omit<Fields, "outbox"> & { readonly outbox: readonly StoredEvent[] };
type Entities = MongoEntities<EntityDocument>;

interface Pending {
  readonly documents: readonly Read[];
  /** Events with later stamps may be preceded by events that were not read. */
  readonly end: string | undefined;
}

/** Where an unpublished event was read. */
interface Place {
  readonly entities: Entities;
  readonly document: Read;
}

/** A document, as it was read, and the ids of its events that were published. */
interface Published {
  readonly document: Read;
  readonly ids: ReadonlySet<string>;
}

/** Unpublished events in the documents of jobs and parcels. */
export class MongoOutbox {
  readonly #jobs: Entities;
  readonly #parcels: Entities;
  readonly #mend: (jobId: string) => Promise<boolean>;
  readonly #places = new WeakMap<CloudEvent, Place>();
  /** Why the events of a job cannot be read, by its id. */
  readonly #damaged = new Map<string, unknown>();
  /** Unpublished events of a parcel, on average, when last read. At first two for each of its images. */
  #eventsOfParcel = 2 * MAX_PARCEL_IMAGES;

  /** @param mend Completes a pending cancellation or deletion of the job; returns whether it had one. */
  constructor(
    jobs: MongoEntities<JobDocument>,
    parcels: MongoEntities<ParcelDocument>,
    mend: (jobId: string) => Promise<boolean>,
  ) {
    this.#jobs = jobs as unknown as Entities;
    this.#parcels = parcels as unknown as Entities;
    this.#mend = mend;
  }

  /**
   * The first events in stamp order. Parcels are read first and jobs next, so that an image's event comes with the
   * preceding events of its job. Then the parcels of these jobs are read again, so that a job's event comes with the
   * events of its images.
   *
   * If a document of a job is damaged, all events of the job wait, since none may overtake another.
   * @throws STORE_CORRUPT when such a job is found. The next call returns the events of the others, and once there are
   *   none, the job is looked at again: it may have been repaired.
   */
  async read(limit: number): Promise<CloudEvent[]> {
    const known = this.#damaged.size;
    const events = await this.#read(limit);
    if (this.#damaged.size > known) throw [...this.#damaged.values()].at(-1);
    if (events.length === 0) this.#damaged.clear();
    return events;
  }

  /** Whether there are events of the owners, including those that cannot be read. */
  async hasAny(owners: readonly string[]): Promise<boolean> {
    const filter = { owner: { $in: [...owners] }, pendingSince: { $gt: "" } } as unknown as Filter<EntityDocument>;
    for (const { adapter } of [this.#parcels, this.#jobs])
      if (await withRetries(() => adapter.collection.findOne(filter, { projection: { _id: 1 } }))) return true;
    return false;
  }

  async #read(limit: number): Promise<CloudEvent[]> {
    const parcels = await this.#pendingParcels(limit);
    const jobs = await this.#pending(this.#jobs, limit);
    const [end] = [parcels, jobs].flatMap((part) => part.end ?? []).sort();
    const all = new Map<string, { stored: StoredEvent; place: Place }>();
    const add = (entities: Entities, document: Read, events = document.outbox) => {
      for (const stored of events) all.set(stored.id, { stored, place: { entities, document } });
    };
    for (const document of parcels.documents) add(this.#parcels, document);
    for (const { document, events } of await this.#ofParcels(jobs.documents, end)) add(this.#parcels, document, events);
    for (const document of jobs.documents) add(this.#jobs, document);
    const first = [...all.values()].filter(({ stored: { stamp } }) => end === undefined || stamp <= end);
    first.sort((a, b) => (a.stored.stamp < b.stored.stamp ? -1 : a.stored.stamp > b.stored.stamp ? 1 : 0));
    return first.slice(0, limit).flatMap(({ stored, place }) => {
      try {
        const event = parseStored<CloudEvent>(stored.event, `Event ${stored.id}`);
        this.#places.set(event, place);
        return [event];
      } catch (error) {
        this.#hold(place.document, error);
        return [];
      }
    });
  }

  /** Holds back the events of the document's job. @throws the error, unless it is STORE_CORRUPT */
  #hold({ _id, jobId = _id }: Pick<Fields, "_id" | "jobId">, error: unknown): void {
    if (!isFailure(error) || error.type !== "STORE_CORRUPT") throw error;
    this.#damaged.set(jobId, error);
  }

  /** The parcels of the jobs, with their events that precede the last event of their job and the end of the page. */
  async #ofParcels(jobs: readonly Read[], end: string | undefined) {
    const lastOf = new Map(jobs.map(({ _id, outbox }) => [_id, outbox.at(-1)?.stamp ?? ""]));
    const [last] = [...lastOf.values()].sort().reverse();
    if (last === undefined) return [];
    const before = end !== undefined && end < last ? end : last;
    const filter = { jobId: { $in: [...lastOf.keys()] }, pendingSince: { $gt: "", $lte: before } };
    const documents = await this.#find(this.#parcels, filter as unknown as Filter<EntityDocument>);
    return documents.map((document) => {
      const lastOfJob = lastOf.get(document.jobId ?? "") ?? "";
      return { document, events: document.outbox.filter(({ stamp }) => stamp < lastOfJob) };
    });
  }

  /** Removes events, and documents kept only until their events are published. */
  async remove(events: readonly CloudEvent[]): Promise<void> {
    const published = new Map<Entities, Map<string, Published>>([
      [this.#jobs, new Map()],
      [this.#parcels, new Map()],
    ]);
    for (const event of events) {
      const place = this.#places.get(event) ?? (await this.#findPlace(event));
      if (!place) continue;
      const { document } = place;
      const ofEntities = published.get(place.entities);
      const ids = ofEntities?.get(document._id)?.ids ?? [];
      ofEntities?.set(document._id, { document, ids: new Set([...ids, event.id]) });
    }
    for (const [entities, ofEntities] of published) await this.#removeFrom(entities, ofEntities);
  }

  /** Finds the document of an event that another process has read. */
  async #findPlace(event: CloudEvent): Promise<Place | undefined> {
    const jobId = jobIdOf(event);
    const index = event.subject.split("/")[3];
    const entities = index === undefined ? this.#jobs : this.#parcels;
    const filter = index === undefined ? { _id: jobId } : { jobId, pendingSince: { $gt: "" } };
    const documents = await this.#find(entities, filter as unknown as Filter<EntityDocument>);
    const document = documents.find(({ outbox }) => outbox.some(({ id }) => id === event.id));
    return document && { entities, document };
  }

  /** Parcels with about `limit` events. */
  async #pendingParcels(limit: number): Promise<Pending> {
    for (;;) {
      const asked = Math.ceil(limit / this.#eventsOfParcel) + 1;
      const pending = await this.#pending(this.#parcels, asked);
      const events = pending.documents.reduce((sum, { outbox }) => sum + outbox.length, 0);
      if (events > 0) this.#eventsOfParcel = events / pending.documents.length;
      if (events >= limit || pending.end === undefined) return pending;
    }
  }

  async #pending(entities: Entities, limit: number): Promise<Pending> {
    for (;;) {
      const held = [...this.#damaged.keys()];
      const others = held.length > 0 && { [entities === this.#jobs ? "_id" : "jobId"]: { $nin: held } };
      const query = { pendingSince: { $gt: "" }, ...others } as unknown as Filter<EntityDocument>;
      const documents = await this.#find(entities, query, { limit });
      let isMended = false;
      const stale: AnyBulkWriteOperation<EntityDocument>[] = [];
      for (const document of documents) {
        const hasEnding = (document.cancellation ?? document.deletion) !== undefined;
        if (hasEnding && (await this.#isMended(document))) isMended = true;
        // A crash between two publishing rounds, or a concurrent change, has left this mark.
        else if (document.pendingSince !== document.outbox[0]?.stamp) stale.push(without(document, new Set()));
      }
      await writeAll(entities, stale);
      if (isMended || stale.length > 0) continue;
      return { documents, end: documents.length < limit ? undefined : documents.at(-1)?.pendingSince };
    }
  }

  async #isMended(document: Read): Promise<boolean> {
    try {
      return await this.#mend(document._id);
    } catch (error) {
      this.#hold(document, error);
      return false;
    }
  }

  /** Documents that were changed since they were read are read again. */
  async #removeFrom(entities: Entities, published: ReadonlyMap<string, Published>): Promise<void> {
    const idsOf = (id: string) => published.get(id)?.ids ?? new Set();
    let documents: readonly Read[] = Array.from(published.values(), ({ document }) => document);
    while (documents.length > 0) {
      const writes = documents.map((document) => without(document, idsOf(document._id)));
      if ((await writeAll(entities, writes)) === writes.length) return;
      const left = await this.#find(entities, { _id: { $in: documents.map(({ _id }) => _id) } }, { sort: { _id: 1 } });
      documents = left.filter(({ _id, outbox }) => outbox.some(({ id }) => idsOf(_id).has(id)));
    }
  }

  async #find(
    entities: Entities,
    filter: Filter<EntityDocument>,
    { limit = 0, sort = { pendingSince: 1 } }: { readonly limit?: number; readonly sort?: Sort } = {},
  ): Promise<Read[]> {
    const documents = await withRetries(() =>
      entities.adapter.collection.find<Fields>(filter, { projection: fields, limit, sort }).toArray(),
    );
    return documents.flatMap((document) => {
      entities.seen(document);
      try {
        return [{ ...document, outbox: eventsOf(document.outbox, `The outbox of ${document._id}`) }];
      } catch (error) {
        this.#hold(document, error);
        return [];
      }
    });
  }
}

/** @returns the number of documents that were changed or removed. */
async function writeAll({ adapter }: Entities, writes: AnyBulkWriteOperation<EntityDocument>[]): Promise<number> {
  let count = 0;
  for (let start = 0; start < writes.length; start += BATCH) {
    const batch = writes.slice(start, start + BATCH);
    const { matchedCount, deletedCount } = await withRetries(() =>
      adapter.collection.bulkWrite(batch, { ordered: false }),
    );
    count += matchedCount + deletedCount;
  }
  return count;
}

/**
 * The write that removes published events from the document. It does not count as a change, so it conflicts with none;
 * a concurrent change, which adds its own events, makes it a no-op.
 */
function without(document: Read, ids: ReadonlySet<string>): AnyBulkWriteOperation<EntityDocument> {
  const filter = { _id: document._id, change: document.change } as Filter<EntityDocument>;
  const left = document.outbox.filter(({ id }) => !ids.has(id));
  const [first] = left;
  const outbox = batchesOf(left);
  if (first) return { updateOne: { filter, update: { $set: { outbox, pendingSince: first.stamp } } } };
  // The event of the ending is yet to come.
  if ((document.cancellation ?? document.deletion) !== undefined)
    return { updateOne: { filter, update: { $set: { outbox, pendingSince: document.stamp } } } };
  if (document.state === "deleted") return { deleteOne: { filter } };
  return { updateOne: { filter, update: { $set: { outbox }, $unset: { pendingSince: "" } } } };
}
