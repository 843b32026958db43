import { jobStates } from "../../../lib/contracts/job-states.ts";
import { failure } from "../../../lib/errors.ts";
import { type CloudEvent, imagesAddedEvent, jobIdOf } from "../../../lib/jobs/events.ts";
import type { ImageCounts, Job, JobImage, NewImage } from "../../../lib/jobs/job.ts";
import { createImages } from "../../../lib/jobs/parcel.ts";
import { closeImage, type Transition } from "../../../lib/jobs/transitions.ts";
import type { Page } from "../../../lib/page.ts";
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
} from "../../../lib/ports/job-store.ts";
import { EVERYBODY, isInScope, type Owner } from "../../../lib/sessions/owner.ts";
import { nameOf } from "./idempotency-table.ts";
import { type Interleave, never } from "./interleave.ts";
import { JobLists } from "./job-lists.ts";
import { countsOf, type JobRow, type JobTables } from "./job-tables.ts";
import { Listeners } from "./listeners.ts";

/**
 * A node's store, in memory. What the port does not promise to be one step is done in several: decisions are made again
 * if others changed the entity meanwhile, and what spans parcels reads each at another moment.
 */
export class MemoryJobStore implements JobStore {
  readonly #tables: JobTables;
  readonly #lists: JobLists;
  readonly #interleave: Interleave;
  readonly #listeners = new Listeners();

  constructor(tables: JobTables, interleave: Interleave = never) {
    this.#tables = tables;
    this.#lists = new JobLists(tables);
    this.#interleave = interleave;
  }

  async insertJob(
    { next: job, events }: Transition<Job>,
    images: readonly NewImage[],
    idempotency?: IdempotencyOutcome,
  ): Promise<void> {
    const { jobs, keys, observer } = this.#tables;
    if (jobs.has(job.id)) throw new Error(`There is a job ${job.id}.`);
    if (idempotency) keys.complete(idempotency, job.id, job.createdAt);
    const row: JobRow = { job, parcels: new Map(), held: new Map() };
    const created = createImages(job.id, 0, images);
    this.#tables.putImages(row, created);
    jobs.set(job.id, row);
    observer.jobInserted?.(job, created, idempotency && nameOf(idempotency));
    this.#store(events);
  }

  async addImages(
    jobId: string,
    images: readonly NewImage[],
    now: string,
    { idempotency, upload = "" }: Completed = {},
  ): Promise<JobImage[]> {
    const { keys, observer } = this.#tables;
    const row = this.#rowForImages(jobId);
    row.held.delete(upload);
    if (idempotency) keys.complete(idempotency, jobId, now);
    const first = this.#tables.imagesOf(jobId).length;
    const added = createImages(jobId, first, images);
    this.#tables.putImages(row, added);
    observer.imagesAdded?.(row.job, added);
    if (added.length > 0) this.#store([imagesAddedEvent(row.job, first, added.length, now)]);
    return added;
  }

  async holdBytes(jobId: string, upload: string, bytes: number): Promise<void> {
    this.#rowForImages(jobId).held.set(upload, bytes);
  }

  async settleBytes(jobId: string, upload: string, stored: number): Promise<void> {
    const held = this.#tables.jobs.get(jobId)?.held;
    if (held?.has(upload)) held.set(upload, stored);
  }

  async getJob(id: string): Promise<Job | undefined> {
    return this.#tables.jobs.get(id)?.job;
  }

  listJobs(request: JobPageRequest): Promise<Page<Job>> {
    return this.#lists.listJobs(request);
  }

  countImagesOfJobs(filter: Parameters<JobStore["countImagesOfJobs"]>[0]): Promise<{ jobs: number; images: number }> {
    return this.#lists.countImagesOfJobs(filter);
  }

  tallyImages(owner: Owner): Promise<ImageTally[]> {
    return this.#lists.tallyImages(owner);
  }

  listEncodings(request: EncodingPageRequest): Promise<Page<ImageEncodings>> {
    return this.#lists.listEncodings(request);
  }

  listDeadLetters(request: PageRequest & Pick<JobFilter, "owner">): Promise<Page<JobImage>> {
    return this.#lists.listDeadLetters(request);
  }

  async countJobs({ owner = EVERYBODY }: Pick<JobFilter, "owner"> = {}): Promise<JobCounts> {
    const counts = Object.fromEntries(jobStates.map((state) => [state, 0])) as Record<Job["state"], number>;
    for (const { job } of this.#tables.jobs.values()) if (isInScope(job, owner)) counts[job.state]++;
    return counts;
  }

  async updateJob(id: string, decide: Decision<Job>): Promise<Job | undefined> {
    for (;;) {
      const before = this.#tables.jobs.get(id)?.job;
      const transition = before && decide(before);
      if (!transition) return undefined;
      await this.#interleave();
      const row = this.#tables.jobs.get(id);
      if (row?.job !== before) continue;
      row.job = transition.next;
      this.#tables.observer.jobMoved?.(before, transition.next);
      if (transition.next.state === "cancelled") {
        this.#close(row);
        row.job = { ...row.job, finalImages: countsOf(this.#tables.imagesOf(id)) };
      }
      this.#store(transition.events);
      return transition.next;
    }
  }

  async deleteJob(id: string, decide: (job: Job) => CloudEvent | undefined): Promise<boolean> {
    for (;;) {
      const job = this.#tables.jobs.get(id)?.job;
      const event = job && decide(job);
      if (!event) return false;
      await this.#interleave();
      if (this.#tables.jobs.get(id)?.job !== job) continue;
      this.#tables.jobs.delete(id);
      this.#tables.keys.removeJobs([id]);
      this.#tables.observer.jobDeleted?.(job);
      this.#store([event]);
      return true;
    }
  }

  async jobsFinishedBefore(
    time: string,
    limit: number,
    { states = jobStates, after }: FinishedJobFilter = {},
  ): Promise<Job[]> {
    const place = ({ id, finishedAt = "" }: Pick<Job, "id" | "finishedAt">) => `${finishedAt} ${id}`;
    return Array.from(this.#tables.jobs.values(), ({ job }) => job)
      .filter(({ state, finishedAt }) => finishedAt !== undefined && finishedAt < time && states.includes(state))
      .filter((job) => !after || place(job) > place(after))
      .sort((a, b) => (place(a) < place(b) ? -1 : 1))
      .slice(0, limit);
  }

  async getImage(jobId: string, index: number): Promise<JobImage | undefined> {
    return this.#tables.imagesOf(jobId).find((image) => image.index === index);
  }

  async listImages(jobId: string, { limit, after = -1, states }: ImagePageRequest): Promise<JobImage[]> {
    const images = await this.#readImages(jobId);
    return images
      .filter(({ index, state }) => index > after && (!states || states.includes(state)))
      .sort((a, b) => a.index - b.index)
      .slice(0, limit);
  }

  async updateParcel(jobId: string, parcel: number, decide: ParcelDecision): Promise<JobImage[]> {
    for (;;) {
      const row = this.#tables.jobs.get(jobId);
      const images = row?.parcels.get(parcel);
      if (!row || !images || row.job.state === "cancelled") return [];
      const transitions = decide(images);
      if (transitions.length === 0) return [];
      await this.#interleave();
      if (this.#tables.jobs.get(jobId)?.job.state === "cancelled") return [];
      if (this.#tables.jobs.get(jobId)?.parcels.get(parcel) !== images) continue;
      this.#transition(row, parcel, transitions);
      return transitions.map(({ next }) => next);
    }
  }

  async countImages(jobId: string): Promise<ImageCounts> {
    return countsOf(await this.#readImages(jobId));
  }

  async hasUnfinishedImages(jobId: string): Promise<boolean> {
    return (await this.#readImages(jobId)).some(({ state }) => state === "pending" || state === "running");
  }

  async keptBytes(account: string, failedSince: string): Promise<number> {
    const isKept = ({ state, finishedAt = "" }: Job) =>
      state !== "succeeded" && state !== "cancelled" && (finishedAt === "" || finishedAt >= failedSince);
    const kept = [...this.#tables.jobs.values()].filter(
      ({ job }) => (job.account ?? job.owner) === account && isKept(job),
    );
    const bytes = kept.flatMap(({ job, held }) => [
      ...this.#tables.imagesOf(job.id).map((image) => image.bytes),
      ...held.values(),
    ]);
    return bytes.reduce((sum, one) => sum + one, 0);
  }

  async claimIdempotencyKey(claim: IdempotencyRecord, staleBefore: string): Promise<IdempotencyRecord | undefined> {
    return this.#tables.keys.claim(claim, staleBefore);
  }

  async renewIdempotencyKey(claim: IdempotencyRecord): Promise<void> {
    this.#tables.keys.renew(claim);
  }

  async releaseIdempotencyKey(claim: IdempotencyClaim): Promise<void> {
    this.#tables.keys.release(claim);
  }

  async removeIdempotencyKey(claim: IdempotencyClaim): Promise<void> {
    this.#tables.keys.remove(claim);
  }

  async sweepIdempotencyKeys(before: string): Promise<number> {
    return this.#tables.keys.sweep(before);
  }

  async sweepResults(): Promise<void> {}

  /** Across jobs the order is open: those of the job with the newest events come first. */
  async unpublishedEvents(limit: number): Promise<CloudEvent[]> {
    const byJob = Map.groupBy(this.#tables.outbox.values(), jobIdOf);
    return [...byJob.values()].reverse().flat().slice(0, limit);
  }

  async hasUnpublishedEvents(owners: readonly string[]): Promise<boolean> {
    return this.#tables.outbox.values().some(({ owner = "" }) => owners.includes(owner));
  }

  async markPublished(events: readonly CloudEvent[]): Promise<void> {
    for (const { id } of events) this.#tables.outbox.delete(id);
  }

  onStored(listener: () => void): () => void {
    return this.#listeners.add(listener);
  }

  async #readImages(jobId: string): Promise<JobImage[]> {
    const images: JobImage[] = [];
    for (const parcel of [...(this.#tables.jobs.get(jobId)?.parcels.keys() ?? [])]) {
      await this.#interleave();
      images.push(...(this.#tables.jobs.get(jobId)?.parcels.get(parcel) ?? []));
    }
    return images;
  }

  #rowForImages(jobId: string): JobRow {
    const row = this.#tables.jobs.get(jobId);
    if (!row) throw failure("JOB_NOT_FOUND", `There is no job ${jobId}.`);
    if (row.job.state === "created") return row;
    throw failure("JOB_STATE_CONFLICT", `A job that is ${row.job.state} takes no more images.`);
  }

  #close(row: JobRow): void {
    for (const [parcel, images] of row.parcels) {
      const running = images.filter(({ state }) => state === "running");
      if (running.length > 0)
        this.#transition(
          row,
          parcel,
          running.map((image) => closeImage(image, row.job)),
        );
    }
  }

  #transition(row: JobRow, parcel: number, transitions: readonly Transition<JobImage>[]): void {
    const moved = new Map(transitions.map(({ next }) => [next.index, next]));
    const before = row.parcels.get(parcel) ?? [];
    row.parcels.set(
      parcel,
      before.map((image) => moved.get(image.index) ?? image),
    );
    for (const image of before) {
      const after = moved.get(image.index);
      if (after) this.#tables.observer.imageMoved?.(image, after);
    }
    this.#store(transitions.flatMap(({ events }) => events));
  }

  #store(events: readonly CloudEvent[]): void {
    this.#tables.store(events);
    this.#listeners.wake();
  }
}
