import type { AnyBulkWriteOperation, Filter } from "mongodb";
import { type CloudEvent, jobIdOf } from "../../jobs/events.ts";
import { MAX_PARCEL_IMAGES } from "../../jobs/parcel.ts";
import type { EntityDocument, JobDocument, ParcelDocument, StoredEvent } from "./documents.ts";
import type { MongoEntities } from "./entities.ts";
import { parseStored, withRetries } from "./failure.ts";

/** FerretDB occupies a database connection, of 100, for each update of a command until all are done. */
const BATCH = 50;
/** What publishing needs of a document. Bodies are large. */
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

/** A document as far as it was read. */
type Read = Pick<EntityDocument, "_id" | "change" | "stamp" | "outbox" | "pendingSince"> &
  Pick<Partial<JobDocument>, "state" | "cancellation" | "deletion"> &
  Pick<Partial<ParcelDocument>, "jobId">;
type Entities = MongoEntities<EntityDocument>;

interface Pending {
  readonly documents: readonly Read[];
  /** Events with later stamps may be preceded by events that were not read. */
  readonly end: string | undefined;
}

/** Where an unpublished event was read. */
interface Place {
  readonly entities: Entities;
  readonly id: string;
}

/** Unpublished events in the documents of jobs and parcels. */
export class MongoOutbox {
  readonly #jobs: Entities;
  readonly #parcels: Entities;
  readonly #mend: (jobId: string) => Promise<boolean>;
  readonly #places = new WeakMap<CloudEvent, Place>();
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
   * The first events in stamp order. Parcels are read before jobs, so that an image's event comes with those of its job
   * that precede it, and then those of these jobs again, so that a job's event comes with those of its images.
   */
  async read(limit: number): Promise<CloudEvent[]> {
    const parcels = await this.#pending(this.#parcels, Math.ceil(limit / this.#eventsOfParcel) + 1);
    const count = parcels.documents.reduce((sum, { outbox }) => sum + outbox.length, 0);
    if (count > 0) this.#eventsOfParcel = count / parcels.documents.length;
    const jobs = await this.#pending(this.#jobs, limit);
    const [end] = [parcels, jobs].flatMap((part) => part.end ?? []).sort();
    const ofJobs = await this.#ofParcels(jobs.documents, end);
    const all = new Map<string, { stored: StoredEvent; place: Place }>();
    const add = (entities: Entities, documents: readonly Read[]) => {
      for (const { _id: id, outbox } of documents)
        for (const stored of outbox) all.set(stored.id, { stored, place: { entities, id } });
    };
    add(this.#parcels, parcels.documents);
    add(this.#parcels, ofJobs);
    add(this.#jobs, jobs.documents);
    const first = [...all.values()].filter(({ stored: { stamp } }) => end === undefined || stamp <= end);
    first.sort((a, b) => (a.stored.stamp < b.stored.stamp ? -1 : a.stored.stamp > b.stored.stamp ? 1 : 0));
    return first.slice(0, limit).map(({ stored, place }) => {
      const event = parseStored<CloudEvent>(stored.event, `Event ${stored.id}`);
      this.#places.set(event, place);
      return event;
    });
  }

  /** The parcels of the jobs, with the events that precede the last event of their job and the end of the page. */
  async #ofParcels(jobs: readonly Read[], end: string | undefined): Promise<Read[]> {
    const lastOf = new Map(jobs.map(({ _id, outbox }) => [_id, outbox.at(-1)?.stamp ?? ""]));
    const [last] = [...lastOf.values()].sort().reverse();
    if (last === undefined) return [];
    const before = end !== undefined && end < last ? end : last;
    const filter = { jobId: { $in: [...lastOf.keys()] }, pendingSince: { $gt: "", $lte: before } };
    const documents = await this.#find(this.#parcels, filter as unknown as Filter<EntityDocument>);
    return documents.map((document) => {
      const lastOfJob = lastOf.get(document.jobId ?? "") ?? "";
      return { ...document, outbox: document.outbox.filter(({ stamp }) => stamp < lastOfJob) };
    });
  }

  /** Removes events, and documents kept only until their events are published. */
  async remove(events: readonly CloudEvent[]): Promise<void> {
    const published = new Map<Entities, Map<string, Set<string>>>([
      [this.#jobs, new Map()],
      [this.#parcels, new Map()],
    ]);
    for (const event of events) {
      const place = this.#places.get(event) ?? (await this.#findPlace(event));
      const ids = place && published.get(place.entities);
      if (ids) ids.set(place.id, (ids.get(place.id) ?? new Set()).add(event.id));
    }
    for (const [entities, idsOf] of published) await this.#removeFrom(entities, idsOf);
  }

  /** For an event that was read by another process. */
  async #findPlace(event: CloudEvent): Promise<Place | undefined> {
    const jobId = jobIdOf(event);
    const index = event.subject.split("/")[3];
    if (index === undefined) return { entities: this.#jobs, id: jobId };
    const filter = { jobId, "outbox.id": event.id } as unknown as Filter<EntityDocument>;
    const [document] = await this.#find(this.#parcels, filter);
    return document && { entities: this.#parcels, id: document._id };
  }

  async #pending(entities: Entities, limit: number): Promise<Pending> {
    for (;;) {
      const query = { pendingSince: { $gt: "" } } as unknown as Filter<EntityDocument>;
      const documents = await this.#find(entities, query, limit);
      let isMended = false;
      const stale: AnyBulkWriteOperation<EntityDocument>[] = [];
      for (const document of documents) {
        const hasEnding = (document.cancellation ?? document.deletion) !== undefined;
        if (hasEnding && (await this.#mend(document._id))) isMended = true;
        // Left behind by a crash between two publishing rounds, or by a concurrent change.
        else if (document.pendingSince !== document.outbox[0]?.stamp) stale.push(without(document, new Set()));
      }
      await writeAll(entities, stale);
      if (isMended || stale.length > 0) continue;
      return { documents, end: documents.length < limit ? undefined : documents.at(-1)?.pendingSince };
    }
  }

  /** Retries documents that change concurrently. */
  async #removeFrom(entities: Entities, idsOf: Map<string, ReadonlySet<string>>): Promise<void> {
    for (let left = [...idsOf.keys()]; left.length > 0; ) {
      const documents = await this.#find(entities, { _id: { $in: left } });
      const concerned = documents.filter(({ _id, outbox }) => outbox.some(({ id }) => idsOf.get(_id)?.has(id)));
      const writes = concerned.map((document) => without(document, idsOf.get(document._id) ?? new Set()));
      await writeAll(entities, writes);
      left = concerned.map(({ _id }) => _id);
    }
  }

  async #find(entities: Entities, filter: Filter<EntityDocument>, limit = 0): Promise<Read[]> {
    const sort = { pendingSince: 1 } as const;
    const documents = await withRetries(() =>
      entities.adapter.collection.find<Read>(filter, { projection: fields, limit, sort }).toArray(),
    );
    for (const document of documents) entities.seen(document);
    return documents;
  }
}

async function writeAll({ adapter }: Entities, writes: AnyBulkWriteOperation<EntityDocument>[]): Promise<void> {
  for (let start = 0; start < writes.length; start += BATCH) {
    const batch = writes.slice(start, start + BATCH);
    await withRetries(() => adapter.collection.bulkWrite(batch, { ordered: false }));
  }
}

/**
 * The write that removes published events from the document. It does not count as a change, so it conflicts with none;
 * a concurrent change, which adds its own events, makes it a no-op.
 */
function without(document: Read, ids: ReadonlySet<string>): AnyBulkWriteOperation<EntityDocument> {
  const filter = { _id: document._id, change: document.change } as Filter<EntityDocument>;
  const outbox = document.outbox.filter(({ id }) => !ids.has(id));
  const [first] = outbox;
  if (first) return { updateOne: { filter, update: { $set: { outbox, pendingSince: first.stamp } } } };
  // Its event is yet to come.
  if ((document.cancellation ?? document.deletion) !== undefined)
    return { updateOne: { filter, update: { $set: { outbox, pendingSince: document.stamp } } } };
  if (document.state === "deleted") return { deleteOne: { filter } };
  return { updateOne: { filter, update: { $set: { outbox }, $unset: { pendingSince: "" } } } };
}
