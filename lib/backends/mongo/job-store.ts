import { type JobState, jobStates } from "../../contracts/job-states.ts";
import type { CloudEvent } from "../../jobs/events.ts";
import type { ImageCounts, Job, JobImage, NewImage } from "../../jobs/job.ts";
import type { Transition } from "../../jobs/transitions.ts";
import { type Page, pageOf } from "../../page.ts";
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
  PageRequest,
  ParcelDecision,
} from "../../ports/job-store.ts";
import { EVERYBODY, type Owner } from "../../sessions/owner.ts";
import { jobCursor } from "../cursor.ts";
import { Listeners } from "../listeners.ts";
import type { MongoAdapter } from "./adapter.ts";
import type { JobDocument, KeyDocument, ParcelDocument, ResultDocument } from "./documents.ts";
import { MongoEntities } from "./entities.ts";
import { withRetries } from "./failure.ts";
import { HybridClock } from "./hybrid-clock.ts";
import { MongoIdempotencyKeys } from "./idempotency-keys.ts";
import { ImageAdditions } from "./image-additions.ts";
import { jobFields, jobQuery } from "./job-query.ts";
import { jobOf, MongoJobs } from "./jobs.ts";
import { keptBytes } from "./kept-bytes.ts";
import { LargeResults } from "./large-results.ts";
import { MongoOutbox } from "./outbox.ts";
import { MongoParcels } from "./parcels.ts";
import { stage } from "./staging.ts";

/**
 * Jobs in MongoDB, for any number of nodes, with a document for each job and each parcel of images. Every change is one
 * compare-and-set write of one document. A change that affects several documents is first recorded in the job's
 * document; if the writer dies, the next reader completes it.
 */
export class MongoJobStore implements JobStore {
  readonly #jobs: MongoJobs;
  readonly #additions: ImageAdditions;
  readonly #results: LargeResults;
  readonly #parcels: MongoParcels;
  readonly #keys: MongoIdempotencyKeys;
  readonly #outbox: MongoOutbox;
  readonly #listeners = new Listeners();

  /** @param collection Returns the adapter for a collection name. */
  constructor(collection: (name: string) => unknown, clock = new HybridClock()) {
    const jobs = new MongoEntities(collection("jobs") as MongoAdapter<JobDocument>, clock);
    this.#results = new LargeResults(collection("results") as MongoAdapter<ResultDocument>);
    this.#parcels = new MongoParcels(collection("parcels") as MongoAdapter<ParcelDocument>, this.#results, clock);
    this.#keys = new MongoIdempotencyKeys(collection("idempotencyKeys") as MongoAdapter<KeyDocument>, jobs);
    this.#jobs = new MongoJobs(jobs, this.#parcels, this.#keys, () => this.#listeners.wake());
    this.#additions = new ImageAdditions(this.#jobs, this.#keys);
    this.#outbox = new MongoOutbox(jobs, this.#parcels.entities, (id) => this.#jobs.completeEnding(id));
  }

  async insertJob(
    { next: job, events }: Transition<Job>,
    images: readonly NewImage[],
    idempotency?: IdempotencyOutcome,
  ): Promise<void> {
    const document: JobDocument = {
      _id: job.id,
      ...withoutUndefined(jobFields(job)),
      ...stage(images, { imageCount: 0 }),
      ...(idempotency && { idempotency: [idempotency] }),
      ...this.#jobs.entities.begin(events),
    };
    await this.#jobs.insert(document, idempotency);
    if (idempotency) await this.#keys.complete(idempotency, job.id, job.createdAt);
  }

  addImages(...addition: Parameters<JobStore["addImages"]>): Promise<JobImage[]> {
    return this.#additions.add(...addition);
  }

  holdBytes(jobId: string, upload: string, bytes: number): Promise<void> {
    return this.#additions.hold(jobId, upload, bytes);
  }

  settleBytes(jobId: string, upload: string, stored: number): Promise<void> {
    return this.#additions.settle(jobId, upload, stored);
  }

  async getJob(id: string): Promise<Job | undefined> {
    const document = await this.#jobs.get(id);
    return document && jobOf(document);
  }

  async listJobs(request: JobPageRequest): Promise<Page<Job>> {
    const { filter, sort } = jobQuery(request);
    const page = { query: filter, sort, limit: request.limit + 1 };
    const documents = await withRetries(() => this.#jobs.entities.adapter.find(page));
    await Promise.all(documents.map((document) => this.#jobs.unstaged(this.#jobs.entities.seen(document))));
    return pageOf(documents.map(jobOf), request.limit, (last) => jobCursor(last, request));
  }

  async countJobs({ owner = EVERYBODY }: Pick<JobFilter, "owner"> = {}): Promise<JobCounts> {
    const $match = { state: { $in: [...jobStates] }, ...(owner !== EVERYBODY && { owner }) };
    const stages = [{ $match }, { $group: { _id: "$state", count: { $sum: 1 } } }];
    const groups = await withRetries(() =>
      this.#jobs.entities.adapter.collection.aggregate<{ _id: JobState; count: number }>(stages).toArray(),
    );
    const counted = new Map(groups.map(({ _id, count }) => [_id, count]));
    return Object.fromEntries(jobStates.map((state) => [state, counted.get(state) ?? 0])) as JobCounts;
  }

  async countImagesOfJobs({
    states,
    owner = EVERYBODY,
  }: Parameters<JobStore["countImagesOfJobs"]>[0]): Promise<{ jobs: number; images: number }> {
    const $match = { state: { $in: [...states] }, ...(owner !== EVERYBODY && { owner }) };
    // Grouped by size, since FerretDB computes only one sum of a group.
    const stages = [{ $match }, { $group: { _id: "$imageCount", jobs: { $sum: 1 } } }];
    const groups = await withRetries(() =>
      this.#jobs.entities.adapter.collection.aggregate<{ _id: number; jobs: number }>(stages).toArray(),
    );
    const jobs = groups.reduce((sum, group) => sum + group.jobs, 0);
    const images = groups.reduce((sum, group) => sum + group.jobs * group._id, 0);
    return { jobs, images };
  }

  keptBytes(account: string, failedSince: string): Promise<number> {
    return keptBytes(this.#jobs.entities.adapter, account, failedSince);
  }

  async updateJob(id: string, decide: Decision<Job>): Promise<Job | undefined> {
    const next = await this.#jobs.change(id, (job) => {
      const transition = decide(job);
      if (!transition) return undefined;
      const { next, events } = transition;
      if (next.state !== "cancelled") return { set: jobFields(next), events, result: next };
      const set = { ...jobFields(next), cancellation: JSON.stringify(events) };
      return { set, events: [], isPending: true, result: next };
    });
    if (next?.state === "cancelled") await this.#jobs.completeEnding(id);
    return next;
  }

  async deleteJob(id: string, decide: (job: Job) => CloudEvent | undefined): Promise<boolean> {
    const isDeleted = await this.#jobs.change(id, (job) => {
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
    if (isDeleted) await this.#jobs.completeEnding(id);
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
    const documents = await withRetries(() => this.#jobs.entities.adapter.find({ query, sort, limit }));
    return documents.map((document) => jobOf(this.#jobs.entities.seen(document)));
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

  tallyImages(owner: Owner): Promise<ImageTally[]> {
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

  removeIdempotencyKey(claim: IdempotencyClaim): Promise<void> {
    return this.#keys.remove(claim);
  }

  sweepIdempotencyKeys(before: string): Promise<number> {
    return this.#keys.sweep(before);
  }

  sweepResults(): Promise<void> {
    return this.#results.sweep(async (jobId) => {
      const job = await this.#jobs.entities.get(jobId);
      return job !== undefined && job.state !== "deleted";
    });
  }

  unpublishedEvents(limit: number): Promise<CloudEvent[]> {
    return this.#outbox.read(limit);
  }

  hasUnpublishedEvents(owners: readonly string[]): Promise<boolean> {
    return this.#outbox.hasAny(owners);
  }

  markPublished(events: readonly CloudEvent[]): Promise<void> {
    return this.#outbox.remove(events);
  }

  onStored(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }
}

/** The driver would store undefined as null. */
function withoutUndefined<T extends object>(fields: T): { [F in keyof T]: Exclude<T[F], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
