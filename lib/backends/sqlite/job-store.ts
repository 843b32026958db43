import { setImmediate as nextTurn } from "node:timers/promises";
import { failure } from "../../errors.ts";
import { type CloudEvent, imagesAddedEvent } from "../../jobs/events.ts";
import type { ImageCounts, Job, JobImage, NewImage } from "../../jobs/job.ts";
import { closeImage, type Transition } from "../../jobs/transitions.ts";
import type { Page } from "../../page.ts";
import type {
  Completed,
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
import { Listeners } from "../listeners.ts";
import type { Database } from "./database.ts";
import { HeldBytes } from "./held-bytes.ts";
import { IdempotencyKeyTable } from "./idempotency-key-table.ts";
import { ImageEncodingTable } from "./image-encoding-table.ts";
import { ImageTable } from "./image-table.ts";
import { JobTable } from "./job-table.ts";
import { Outbox } from "./outbox.ts";
import { inPages, PAGE, pageTurn } from "./pages.ts";

/** Jobs in SQLite. Changes run serially, so each decision and its write are atomic. */
export class SqliteJobStore implements JobStore {
  readonly #database: Database;
  readonly #jobs: JobTable;
  readonly #images: ImageTable;
  readonly #encodings: ImageEncodingTable;
  readonly #outbox: Outbox;
  readonly #keys: IdempotencyKeyTable;
  readonly #held: HeldBytes;
  readonly #listeners = new Listeners();

  private constructor(database: Database) {
    this.#database = database;
    this.#jobs = new JobTable(database);
    this.#images = new ImageTable(database);
    this.#encodings = new ImageEncodingTable(database);
    this.#outbox = new Outbox(database);
    this.#keys = new IdempotencyKeyTable(database);
    this.#held = new HeldBytes(database);
  }

  /** @throws STORE_CORRUPT, STORAGE_FULL */
  static async open(database: Database): Promise<SqliteJobStore> {
    const store = new SqliteJobStore(database);
    await database.write(() => store.#keys.removeInFlight());
    return store;
  }

  insertJob(
    { next: job, events }: Transition<Job>,
    images: readonly NewImage[],
    idempotency?: IdempotencyOutcome,
  ): Promise<void> {
    return this.#change(() => {
      this.#jobs.insert(job);
      this.#append(job.id, images);
      if (idempotency) this.#keys.complete(idempotency, job.id, job.createdAt);
      this.#outbox.add(events);
    });
  }

  addImages(
    jobId: string,
    images: readonly NewImage[],
    now: string,
    { idempotency, upload }: Completed = {},
  ): Promise<JobImage[]> {
    return this.#change(() => {
      const job = this.#jobForImages(jobId);
      const added = this.#append(job.id, images);
      const [first] = added;
      if (upload !== undefined) this.#held.release(jobId, upload);
      if (idempotency) this.#keys.complete(idempotency, jobId, now);
      if (first) this.#outbox.add([imagesAddedEvent(job, first.index, added.length, now)]);
      return added;
    });
  }

  holdBytes(jobId: string, upload: string, bytes: number): Promise<void> {
    return this.#database.write(() => {
      this.#jobForImages(jobId);
      this.#held.hold(jobId, upload, bytes);
    });
  }

  settleBytes(jobId: string, upload: string, stored: number): Promise<void> {
    return this.#database.write(() => this.#held.settle(jobId, upload, stored));
  }

  getJob(id: string): Promise<Job | undefined> {
    return this.#database.read(() => this.#jobs.get(id));
  }

  listJobs(request: JobPageRequest): Promise<Page<Job>> {
    return this.#database.read(() => this.#jobs.list(request));
  }

  countJobs({ owner = EVERYBODY }: Pick<JobFilter, "owner"> = {}): Promise<JobCounts> {
    return this.#database.read(() => this.#jobs.count(owner));
  }

  countImagesOfJobs(filter: Parameters<JobStore["countImagesOfJobs"]>[0]): Promise<{ jobs: number; images: number }> {
    return this.#database.read(() => this.#jobs.countImages(filter));
  }

  keptBytes(account: string, failedSince: string): Promise<number> {
    return this.#database.read(() => this.#jobs.keptBytes(account, failedSince));
  }

  updateJob(id: string, decide: Decision<Job>): Promise<Job | undefined> {
    return this.#change(() => {
      const job = this.#jobs.get(id);
      const transition = job && decide(job);
      if (!transition) return undefined;
      const { next, events } = transition;
      if (next.state === "cancelled")
        for (const image of this.#images.running(id)) this.#putImage(closeImage(image, next));
      this.#jobs.put(next.state === "cancelled" ? { ...next, finalImages: this.#images.count(id) } : next);
      this.#outbox.add(events);
      return next;
    });
  }

  async deleteJob(id: string, decide: (job: Job) => CloudEvent | undefined): Promise<boolean> {
    await pageTurn(this.#database);
    const deleted = await this.#change(() => {
      const job = this.#jobs.get(id);
      const event = job && decide(job);
      if (!event) return undefined;
      this.#images.forgetTallies(job);
      this.#keys.removeJob(id);
      this.#jobs.remove(id);
      this.#outbox.add([event]);
      return { hasRest: this.#removePage(id) === PAGE };
    });
    // The job is gone. What cannot be removed of its images now is removed by `sweepResults`.
    if (deleted?.hasRest) await this.#removeRest(id).catch(() => {});
    return deleted !== undefined;
  }

  jobsFinishedBefore(time: string, limit: number, filter?: FinishedJobFilter): Promise<Job[]> {
    return this.#database.read(() => this.#jobs.finishedBefore(time, limit, filter));
  }

  getImage(jobId: string, index: number): Promise<JobImage | undefined> {
    return this.#database.read(() => this.#images.get(jobId, index));
  }

  listImages(jobId: string, request: ImagePageRequest): Promise<JobImage[]> {
    return this.#database.read(() => this.#images.list(jobId, request));
  }

  updateParcel(jobId: string, parcel: number, decide: ParcelDecision): Promise<JobImage[]> {
    return this.#change(() => {
      const images = this.#images.parcel(jobId, parcel);
      const transitions = images.length > 0 && this.#jobs.isOpen(jobId) ? decide(images) : [];
      for (const transition of transitions) this.#putImage(transition);
      return transitions.map(({ next }) => next);
    }, "committed");
  }

  countImages(jobId: string): Promise<ImageCounts> {
    return this.#database.read(() => this.#images.count(jobId));
  }

  hasUnfinishedImages(jobId: string): Promise<boolean> {
    return this.#database.read(() => this.#images.hasUnfinished(jobId), "committed");
  }

  tallyImages(owner: Owner): Promise<ImageTally[]> {
    return this.#database.read(() => this.#images.tally(owner));
  }

  listEncodings(request: EncodingPageRequest): Promise<Page<ImageEncodings>> {
    return this.#database.read(() => this.#encodings.list(request));
  }

  listDeadLetters(request: PageRequest & Pick<JobFilter, "owner">): Promise<Page<JobImage>> {
    return this.#database.read(() => this.#images.listDeadLetters(request));
  }

  claimIdempotencyKey(claim: IdempotencyRecord, staleBefore: string): Promise<IdempotencyRecord | undefined> {
    return this.#database.write(() => this.#keys.claim(claim, staleBefore));
  }

  renewIdempotencyKey(claim: IdempotencyRecord): Promise<void> {
    return this.#database.write(() => this.#keys.renew(claim));
  }

  releaseIdempotencyKey(claim: IdempotencyClaim): Promise<void> {
    return this.#database.write(() => this.#keys.release(claim));
  }

  removeIdempotencyKey(claim: IdempotencyClaim): Promise<void> {
    return this.#database.write(() => this.#keys.remove(claim));
  }

  sweepIdempotencyKeys(before: string): Promise<number> {
    return this.#database.write(() => this.#keys.sweep(before));
  }

  /** Removes images with their results, and encodings. Those of a small job were removed with it. */
  async sweepResults(): Promise<void> {
    for (let after: string | undefined = ""; after !== undefined; ) {
      const from: string = after;
      const jobs = await this.#database.read(() => this.#images.jobsAfter(from, PAGE));
      for (const { id, exists } of jobs) if (!exists) await this.#removeRest(id);
      after = jobs.at(-1)?.id;
      await nextTurn();
    }
  }

  unpublishedEvents(limit: number): Promise<CloudEvent[]> {
    return this.#database.read(() => this.#outbox.read(limit));
  }

  async hasUnpublishedEvents(owners: readonly string[]): Promise<boolean> {
    return (await this.#outbox.countOf(owners, 1)) > 0;
  }

  markPublished(events: readonly CloudEvent[]): Promise<void> {
    return this.#database.write(() => this.#outbox.remove(events));
  }

  onStored(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  async #change<T>(change: () => T, until?: Parameters<Database["write"]>[1]): Promise<T> {
    const result = await this.#database.write(change, until);
    this.#listeners.wake();
    return result;
  }

  async #removeRest(id: string): Promise<void> {
    await inPages(this.#database, () => this.#removePage(id));
  }

  /** Removes a page of what is left of a deleted job. The images come last: `sweepResults` finds the job by them. */
  #removePage(id: string): number {
    const encodings = this.#encodings.removePage(id);
    return encodings < PAGE ? this.#images.removePage(id) : encodings;
  }

  #append(jobId: string, images: readonly NewImage[]): JobImage[] {
    this.#jobs.countAdded(jobId, images);
    return this.#images.append(jobId, images);
  }

  #putImage({ next, events }: Transition<JobImage>): void {
    this.#images.put(next);
    if (next.state === "done") this.#encodings.add(next);
    this.#outbox.add(events);
  }

  /** @throws JOB_NOT_FOUND, JOB_STATE_CONFLICT */
  #jobForImages(id: string): Job {
    const job = this.#jobs.get(id);
    if (!job) throw failure("JOB_NOT_FOUND", `There is no job ${id}.`);
    if (job.state === "created") return job;
    throw failure("JOB_STATE_CONFLICT", `A job that is ${job.state} takes no more images.`, { state: job.state });
  }
}
