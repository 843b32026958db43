import { type JobState, jobStates } from "../../contracts/job-states.ts";
import { failure } from "../../errors.ts";
import { type CloudEvent, imagesAddedEvent } from "../../jobs/events.ts";
import type { ImageCounts, Job, JobImage, Move, NewImage } from "../../jobs/job.ts";
import { createImages } from "../../jobs/parcel.ts";
import type {
  Decision,
  EncodingPageRequest,
  FinishedJobFilter,
  IdempotencyClaim,
  IdempotencyOutcome,
  IdempotencyRecord,
  ImageEncodings,
  ImagePageRequest,
  ImageTally,
  JobCounts,
  JobFilter,
  JobPageRequest,
  JobStore,
  Page,
  PageRequest,
  ParcelDecision,
} from "../../ports/job-store.ts";
import { jobCursor } from "../cursor.ts";
import { Listeners } from "../listeners.ts";
import { takenOver } from "../taken-over.ts";
import type { MongoAdapter } from "./adapter.ts";
import type { JobDocument, KeyDocument, ParcelDocument, ResultDocument } from "./documents.ts";
import { MongoEndings } from "./endings.ts";
import { type Change, MongoEntities } from "./entities.ts";
import { isDuplicate, parseStored, withRetries } from "./failure.ts";
import { holding, holds, released } from "./held-bytes.ts";
import { HybridClock } from "./hybrid-clock.ts";
import { MongoIdempotencyKeys } from "./idempotency-keys.ts";
import { jobFields, jobQuery } from "./job-query.ts";
import { keptBytes } from "./kept-bytes.ts";
import { LargeResults } from "./large-results.ts";
import { MongoOutbox } from "./outbox.ts";
import { MongoParcels } from "./parcels.ts";
import { stage, unstage, unstaged } from "./staging.ts";

/** Outcomes of requests in a job's document: with more, those are removed whose claims are complete. */
const MOST_OUTCOMES = 32;

/**
 * Jobs in MongoDB, for any number of nodes, with a document for each job and each parcel of images. Every change is one
 * compare-and-set write of one document. A change that affects several documents is first recorded in the job's
 * document; if the writer dies, the next reader completes it.
 */
export class MongoJobStore implements JobStore {
  readonly #jobs: MongoEntities<JobDocument>;
  readonly #results: LargeResults;
  readonly #parcels: MongoParcels;
  readonly #keys: MongoIdempotencyKeys;
  readonly #endings: MongoEndings;
  readonly #outbox: MongoOutbox;
  readonly #listeners = new Listeners();

  /** @param collection Returns the adapter for a collection name. */
  constructor(collection: (name: string) => unknown, clock = new HybridClock()) {
    this.#jobs = new MongoEntities(collection("jobs") as MongoAdapter<JobDocument>, clock);
    this.#results = new LargeResults(collection("results") as MongoAdapter<ResultDocument>);
    this.#parcels = new MongoParcels(collection("parcels") as MongoAdapter<ParcelDocument>, this.#results, clock);
    this.#keys = new MongoIdempotencyKeys(collection("idempotencyKeys") as MongoAdapter<KeyDocument>, this.#jobs);
    this.#endings = new MongoEndings(this.#jobs, this.#parcels, this.#keys, () => this.#listeners.wake());
    this.#outbox = new MongoOutbox(this.#jobs, this.#parcels.entities, (id) => this.#completeEnding(id));
  }

  async insertJob(
    { next: job, events }: Move<Job>,
    images: readonly NewImage[],
    idempotency?: IdempotencyOutcome,
  ): Promise<void> {
    const document: JobDocument = {
      _id: job.id,
      ...withoutUndefined(jobFields(job)),
      ...stage(images, { imageCount: 0 }),
      ...(idempotency && { idempotency: [idempotency] }),
      ...this.#jobs.begin(events),
    };
    await this.#insert(document, idempotency);
    this.#listeners.wake();
    await unstage(document, this.#jobs, this.#parcels.entities);
    if (idempotency) await this.#keys.complete(idempotency, job.id, job.createdAt);
  }

  async addImages(
    jobId: string,
    images: readonly NewImage[],
    now: string,
    idempotency?: IdempotencyOutcome,
    upload?: string,
  ): Promise<JobImage[]> {
    const added = await this.#changeJob(jobId, async (job, document) => {
      const { imageCount: first, idempotency: outcomes = [] } = document;
      expectUnfenced(document, idempotency);
      expectCreated(job);
      const counted = upload === undefined ? document : { ...document, ...released(document, upload) };
      const others = outcomes.length < MOST_OUTCOMES ? outcomes : await this.#keys.incomplete(outcomes);
      return {
        set: {
          ...(upload !== undefined && released(document, upload)),
          ...(images.length > 0 && stage(images, counted)),
          ...(idempotency && { idempotency: [...others, idempotency] }),
        },
        events: images.length > 0 ? [imagesAddedEvent(job, first, images.length, now)] : [],
        result: createImages(jobId, first, images),
      };
    });
    if (!added) throw failure("JOB_NOT_FOUND", `There is no job ${jobId}.`);
    const document = added.length > 0 && (await this.#jobs.get(jobId));
    if (document) await unstage(document, this.#jobs, this.#parcels.entities);
    if (idempotency) await this.#keys.complete(idempotency, jobId, now);
    return added;
  }

  async holdBytes(jobId: string, upload: string, bytes: number): Promise<void> {
    const isHeld = await this.#changeJob(jobId, (job, document) => {
      expectCreated(job);
      return { set: holding(document, upload, bytes), events: [], result: true };
    });
    if (!isHeld) throw failure("JOB_NOT_FOUND", `There is no job ${jobId}.`);
  }

  async settleBytes(jobId: string, upload: string, stored: number): Promise<void> {
    await this.#changeJob(jobId, (_, document) => {
      if (!holds(document, upload)) return undefined;
      const { imageBytes, held } = released(document, upload);
      return { set: { imageBytes: imageBytes + stored, held }, events: [], result: true };
    });
  }

  async getJob(id: string): Promise<Job | undefined> {
    const document = await this.#readJob(id);
    return document && jobOf(document);
  }

  async listJobs(request: JobPageRequest): Promise<Page<Job>> {
    const { filter, sort } = jobQuery(request);
    const page = { query: filter, sort, limit: request.limit + 1 };
    const documents = await withRetries(() => this.#jobs.adapter.find(page));
    const stored = documents.map((document) => unstaged(this.#jobs.seen(document), this.#jobs, this.#parcels.entities));
    await Promise.all(stored);
    const items = documents.slice(0, request.limit).map(jobOf);
    const last = items.at(-1);
    return documents.length > request.limit && last ? { items, cursor: jobCursor(last, request) } : { items };
  }

  async countJobs({ owner }: Pick<JobFilter, "owner"> = {}): Promise<JobCounts> {
    const $match = { state: { $in: [...jobStates] }, ...(owner !== undefined && { owner }) };
    const stages = [{ $match }, { $group: { _id: "$state", count: { $sum: 1 } } }];
    const groups = await withRetries(() =>
      this.#jobs.adapter.collection.aggregate<{ _id: JobState; count: number }>(stages).toArray(),
    );
    const counted = new Map(groups.map(({ _id, count }) => [_id, count]));
    return Object.fromEntries(jobStates.map((state) => [state, counted.get(state) ?? 0])) as JobCounts;
  }

  async countImagesOfJobs({
    states,
    owner,
  }: Parameters<JobStore["countImagesOfJobs"]>[0]): Promise<{ jobs: number; images: number }> {
    const $match = { state: { $in: [...states] }, ...(owner !== undefined && { owner }) };
    // Grouped by size, since FerretDB computes only one sum of a group.
    const stages = [{ $match }, { $group: { _id: "$imageCount", jobs: { $sum: 1 } } }];
    const groups = await withRetries(() =>
      this.#jobs.adapter.collection.aggregate<{ _id: number; jobs: number }>(stages).toArray(),
    );
    const jobs = groups.reduce((sum, group) => sum + group.jobs, 0);
    const images = groups.reduce((sum, group) => sum + group.jobs * group._id, 0);
    return { jobs, images };
  }

  keptBytes(account: string, failedSince: string): Promise<number> {
    return keptBytes(this.#jobs.adapter, account, failedSince);
  }

  async updateJob(id: string, decide: Decision<Job>): Promise<Job | undefined> {
    const next = await this.#changeJob(id, (job) => {
      const move = decide(job);
      if (!move) return undefined;
      const { next, events } = move;
      if (next.state !== "cancelled") return { set: jobFields(next), events, result: next };
      const set = { ...jobFields(next), cancellation: JSON.stringify(events) };
      return { set, events: [], isPending: true, result: next };
    });
    if (next?.state === "cancelled") await this.#completeEnding(id);
    return next;
  }

  async deleteJob(id: string, decide: (job: Job) => CloudEvent | undefined): Promise<boolean> {
    const isDeleted = await this.#changeJob(id, (job) => {
      const event = decide(job);
      if (!event) return undefined;
      const set = {
        state: "deleted",
        deletion: JSON.stringify(event),
        finishedAt: undefined,
        keptFor: undefined,
      } as const;
      return { set, events: [], isPending: true, result: true };
    });
    if (isDeleted) await this.#completeEnding(id);
    return isDeleted === true;
  }

  async jobsFinishedBefore(
    time: string,
    limit: number,
    { states = jobStates, after }: FinishedJobFilter = {},
  ): Promise<Job[]> {
    const following = after && [
      { finishedAt: { $gt: after.finishedAt } },
      { finishedAt: after.finishedAt, _id: { $gt: after.id } },
    ];
    const range = { $lt: time, ...(after && { $gte: after.finishedAt }) };
    const query = { finishedAt: range, state: { $in: [...states] }, ...(following && { $or: following }) };
    const sort = { finishedAt: 1, _id: 1 } as const;
    const documents = await withRetries(() => this.#jobs.adapter.find({ query, sort, limit }));
    return documents.map((document) => jobOf(this.#jobs.seen(document)));
  }

  getImage(jobId: string, index: number): Promise<JobImage | undefined> {
    return this.#parcels.get(jobId, index);
  }

  listImages(jobId: string, request: ImagePageRequest): Promise<JobImage[]> {
    return this.#parcels.list(jobId, request);
  }

  async updateParcel(jobId: string, parcel: number, decide: ParcelDecision): Promise<JobImage[]> {
    const images = await this.#parcels.update(jobId, parcel, decide);
    if (images.length > 0) this.#listeners.wake();
    return images;
  }

  countImages(jobId: string): Promise<ImageCounts> {
    return this.#parcels.count(jobId);
  }

  hasUnfinishedImages(jobId: string): Promise<boolean> {
    return this.#parcels.hasUnfinished(jobId);
  }

  tallyImages(owner: string | null): Promise<ImageTally[]> {
    return this.#parcels.tally(owner);
  }

  listEncodings(request: EncodingPageRequest): Promise<Page<ImageEncodings>> {
    return this.#parcels.listEncodings(request);
  }

  listDeadLetters(request: PageRequest & Pick<JobFilter, "owner">): Promise<Page<JobImage>> {
    return this.#parcels.listDeadLetters(request);
  }

  claimIdempotencyKey(claim: IdempotencyRecord, staleBefore: string): Promise<IdempotencyRecord | undefined> {
    return this.#keys.claim(claim, staleBefore);
  }

  renewIdempotencyKey(claim: IdempotencyRecord): Promise<void> {
    return this.#keys.renew(claim);
  }

  releaseIdempotencyKey(claim: IdempotencyClaim): Promise<void> {
    return this.#keys.release(claim);
  }

  sweepIdempotencyKeys(before: string): Promise<number> {
    return this.#keys.sweep(before);
  }

  sweepResults(): Promise<void> {
    return this.#results.sweep(async (jobId) => {
      const job = await this.#jobs.get(jobId);
      return job !== undefined && job.state !== "deleted";
    });
  }

  unpublishedEvents(limit: number): Promise<CloudEvent[]> {
    return this.#outbox.read(limit);
  }

  markPublished(events: readonly CloudEvent[]): Promise<void> {
    return this.#outbox.remove(events);
  }

  onStored(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  async #completeEnding(id: string): Promise<boolean> {
    const document = await this.#jobs.get(id);
    return document ? this.#endings.complete(document) : false;
  }

  async #insert(document: JobDocument, idempotency: IdempotencyOutcome | undefined): Promise<void> {
    try {
      await withRetries(() => this.#jobs.adapter.insert(document));
    } catch (error) {
      // After a lost response, the retried insertion finds its own document.
      const stored = isDuplicate(error) ? await this.#jobs.get(document._id) : undefined;
      if (stored) expectUnfenced(stored, idempotency);
      if (stored?.change !== document.change && !stored?.before.includes(document.change)) throw error;
    }
  }

  /** The job's document, after all of its images are in the documents of their parcels. */
  async #readJob(id: string): Promise<JobDocument | undefined> {
    const document = await this.#jobs.get(id);
    if (!document || document.state === "deleted") return undefined;
    await unstaged(document, this.#jobs, this.#parcels.entities);
    return document;
  }

  async #changeJob<T>(
    id: string,
    decide: (
      job: Job,
      document: JobDocument,
    ) => Change<JobDocument, T> | undefined | Promise<Change<JobDocument, T> | undefined>,
  ): Promise<T | undefined> {
    const result = await this.#jobs.change(id, async (document) => {
      if (document.state === "deleted") return undefined;
      await unstaged(document, this.#jobs, this.#parcels.entities);
      // The change below is then decided again, on the new document.
      await this.#endings.complete(document);
      const change = await decide(jobOf(document), document);
      if (change?.set.finishedAt !== undefined) await this.#parcels.seeUnpublished(id);
      return change;
    });
    if (result !== undefined) this.#listeners.wake();
    return result;
  }
}

function jobOf({ _id, body }: JobDocument): Job {
  return parseStored(body, `Job ${_id}`);
}

/** @throws JOB_STATE_CONFLICT */
function expectCreated({ state }: Job): void {
  if (state !== "created")
    throw failure("JOB_STATE_CONFLICT", `A job that is ${state} takes no more images.`, { state });
}

/** @throws IDEMPOTENCY_KEY_IN_USE */
function expectUnfenced({ fenced }: JobDocument, idempotency: IdempotencyOutcome | undefined): void {
  if (idempotency && fenced?.includes(idempotency.claimant)) throw takenOver();
}

/** The driver would store undefined as null. */
function withoutUndefined<T extends object>(fields: T): { [F in keyof T]: Exclude<T[F], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
