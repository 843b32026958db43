import type { AnyBulkWriteOperation, Filter } from "mongodb";
import { type CloudEvent, jobIdOf } from "../../jobs/events.ts";
import type { EntityDocument, ImageDocument, JobDocument, StoredEvent } from "./documents.ts";
import type { MongoEntities } from "./entities.ts";
import { parseStored, withRetries } from "./failure.ts";

/** FerretDB occupies a database connection, of 100, for each update of a command until all are done. */
const BATCH = 50;

interface Pending {
  readonly documents: readonly EntityDocument[];
  /** Events with later stamps may be preceded by events that were not read. */
  readonly end: string | undefined;
}

/** Unpublished events in the documents of jobs and images. */
export class MongoOutbox {
  readonly #jobs: MongoEntities<EntityDocument>;
  readonly #images: MongoEntities<EntityDocument>;
  readonly #mend: (job: EntityDocument) => Promise<boolean>;

  /** @param mend Completes a pending cancellation or deletion; returns whether the document had one. */
  constructor(
    jobs: MongoEntities<EntityDocument>,
    images: MongoEntities<EntityDocument>,
    mend: (job: EntityDocument) => Promise<boolean>,
  ) {
    this.#jobs = jobs;
    this.#images = images;
    this.#mend = mend;
  }

  /**
   * The first events in stamp order. Images are read before jobs, so that an image's event comes with those of its job
   * that precede it, and then those of these jobs again, so that a job's event comes with those of its images.
   */
  async read(limit: number): Promise<CloudEvent[]> {
    const images = await this.#pending(this.#images, limit);
    const jobs = await this.#pending(this.#jobs, limit);
    const [end] = [images, jobs].flatMap((part) => part.end ?? []).sort();
    const events = [images, jobs].flatMap(({ documents }) => documents.flatMap(({ outbox }) => outbox));
    const all = new Map([...events, ...(await this.#ofImages(jobs.documents, end))].map((event) => [event.id, event]));
    const first = [...all.values()].filter(({ stamp }) => end === undefined || stamp <= end);
    first.sort((a, b) => (a.stamp < b.stamp ? -1 : a.stamp > b.stamp ? 1 : 0));
    return first.slice(0, limit).map(({ event, id }) => parseStored(event, `Event ${id}`));
  }

  /** The events of the jobs' images that precede the last event of their job, and the end of the page. */
  async #ofImages(jobs: readonly EntityDocument[], end: string | undefined): Promise<StoredEvent[]> {
    const lastOf = new Map(jobs.map(({ _id, outbox }) => [_id, outbox.at(-1)?.stamp ?? ""]));
    const [last] = [...lastOf.values()].sort().reverse();
    if (last === undefined) return [];
    const before = end !== undefined && end < last ? end : last;
    const filter = { jobId: { $in: [...lastOf.keys()] }, pendingSince: { $gt: "", $lte: before } };
    const query = filter as unknown as Filter<EntityDocument>;
    const documents = await withRetries(() => this.#images.adapter.find({ query }));
    return documents.flatMap((document) => {
      const lastOfJob = lastOf.get((document as unknown as ImageDocument).jobId) ?? "";
      return this.#images.seen(document).outbox.filter(({ stamp }) => stamp < lastOfJob);
    });
  }

  /** Removes events, and documents kept only until their events are published. */
  async remove(events: readonly CloudEvent[]): Promise<void> {
    const jobs = new Map<string, Set<string>>();
    const images = new Map<string, Set<string>>();
    for (const event of events) {
      const jobId = jobIdOf(event);
      const index = event.subject.split("/")[3];
      const [entities, id] = index === undefined ? [jobs, jobId] : [images, `${jobId}/${index}`];
      entities.set(id, (entities.get(id) ?? new Set()).add(event.id));
    }
    await this.#removeFrom(this.#jobs, jobs);
    await this.#removeFrom(this.#images, images);
  }

  async #pending(entities: MongoEntities<EntityDocument>, limit: number): Promise<Pending> {
    for (;;) {
      const page = { query: { pendingSince: { $gt: "" } }, sort: { pendingSince: 1 }, limit } as const;
      const documents = await withRetries(() => entities.adapter.find(page));
      let isMended = false;
      const stale: AnyBulkWriteOperation<EntityDocument>[] = [];
      for (const document of documents) {
        entities.seen(document);
        if (await this.#mend(document)) isMended = true;
        // Left behind by a crash between two publishing rounds, or by a concurrent change.
        else if (document.pendingSince !== document.outbox[0]?.stamp) stale.push(without(document, new Set()));
      }
      await writeAll(entities, stale);
      if (isMended || stale.length > 0) continue;
      return { documents, end: documents.length < limit ? undefined : documents.at(-1)?.pendingSince };
    }
  }

  /** Retries documents that change concurrently. */
  async #removeFrom(entities: MongoEntities<EntityDocument>, idsOf: Map<string, ReadonlySet<string>>): Promise<void> {
    for (let left = [...idsOf.keys()]; left.length > 0; ) {
      const documents = await withRetries(() => entities.adapter.find({ query: { _id: { $in: left } } }));
      const concerned = documents.filter(({ _id, outbox }) => outbox.some(({ id }) => idsOf.get(_id)?.has(id)));
      const writes = concerned.map((document) => without(document, idsOf.get(document._id) ?? new Set()));
      await writeAll(entities, writes);
      left = concerned.map(({ _id }) => _id);
    }
  }
}

async function writeAll(
  { adapter }: MongoEntities<EntityDocument>,
  writes: AnyBulkWriteOperation<EntityDocument>[],
): Promise<void> {
  for (let start = 0; start < writes.length; start += BATCH) {
    const batch = writes.slice(start, start + BATCH);
    await withRetries(() => adapter.collection.bulkWrite(batch, { ordered: false }));
  }
}

/**
 * The write that removes published events from the document. It does not count as a change, so it conflicts with none;
 * a concurrent change, which adds its own events, makes it a no-op.
 */
function without(document: EntityDocument, ids: ReadonlySet<string>): AnyBulkWriteOperation<EntityDocument> {
  const filter = { _id: document._id, change: document.change } as Filter<EntityDocument>;
  const outbox = document.outbox.filter(({ id }) => !ids.has(id));
  const [first] = outbox;
  if (first) return { updateOne: { filter, update: { $set: { outbox, pendingSince: first.stamp } } } };
  const { state, cancellation, deletion } = document as unknown as JobDocument;
  // Its event is yet to come.
  if ((cancellation ?? deletion) !== undefined)
    return { updateOne: { filter, update: { $set: { outbox, pendingSince: document.stamp } } } };
  if (state === "deleted") return { deleteOne: { filter } };
  return { updateOne: { filter, update: { $set: { outbox }, $unset: { pendingSince: "" } } } };
}
