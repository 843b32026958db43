import { jobStates } from "../../contracts/job-states.ts";
import { failure } from "../../errors.ts";
import { type CloudEvent, imagesAddedEvent } from "../../jobs/events.ts";
import { closeImage, type ImageCounts, type Job, type JobImage, type Move, type NewImage } from "../../jobs/job.ts";
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
import type { Database } from "./database.ts";
import { HeldBytes } from "./held-bytes.ts";
import { IdempotencyKeys } from "./idempotency-keys.ts";
import { ImageEncodingTable } from "./image-encoding-table.ts";
import { ImageTable } from "./image-table.ts";
import { jobQuery, termsOf } from "./job-query.ts";
import { Outbox } from "./outbox.ts";

/** Jobs in SQLite. Changes run serially, so each decision and its write are atomic. */
export class EmbeddedJobStore implements JobStore {
  readonly #database: Database;
  readonly #images: ImageTable;
  readonly #encodings: ImageEncodingTable;
  readonly #outbox: Outbox;
  readonly #keys: IdempotencyKeys;
  readonly #held: HeldBytes;
  readonly #listeners = new Listeners();

  private constructor(database: Database) {
    this.#database = database;
    this.#images = new ImageTable(database);
    this.#encodings = new ImageEncodingTable(database);
    this.#outbox = new Outbox(database);
    this.#keys = new IdempotencyKeys(database);
    this.#held = new HeldBytes(database);
  }

  /** @throws STORE_CORRUPT, STORAGE_FULL */
  static async open(database: Database): Promise<EmbeddedJobStore> {
    const store = new EmbeddedJobStore(database);
    await database.write(() => store.#keys.removeInFlight());
    return store;
  }

  insertJob(
    { next: job, events }: Move<Job>,
    images: readonly NewImage[],
    idempotency?: IdempotencyOutcome,
  ): Promise<void> {
    return this.#change(() => {
      this.#database
        .statement(
          `INSERT INTO jobs (id, state, model, owner, account, priority, created_at, finished_at, body)
           VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        )
        .run(
          job.id,
          job.state,
          job.model,
          job.owner ?? null,
          job.account ?? job.owner ?? null,
          job.priority,
          job.createdAt,
          job.finishedAt ?? null,
          JSON.stringify(job),
        );
      const term = this.#database.statement(
        "INSERT INTO job_terms (job_id, term, owner, state, created_at) VALUES (?, ?, ?, ?, ?)",
      );
      for (const text of termsOf(job)) term.run(job.id, text, job.owner ?? null, job.state, job.createdAt);
      this.#append(job.id, images);
      if (idempotency) this.#keys.complete(idempotency, job.id, job.createdAt);
      this.#outbox.add(events);
    });
  }

  addImages(
    jobId: string,
    images: readonly NewImage[],
    now: string,
    idempotency?: IdempotencyOutcome,
    upload?: string,
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
    return this.#database.write(() => this.#held.release(jobId, upload, stored));
  }

  getJob(id: string): Promise<Job | undefined> {
    return this.#database.read(() => this.#job(id));
  }

  listJobs(request: JobPageRequest): Promise<Page<Job>> {
    return this.#database.read(() => {
      const { sql, values } = jobQuery(request);
      const rows = this.#database.statement(sql).all(...values);
      const items = rows.slice(0, request.limit).map(({ body }): Job => JSON.parse(body as string));
      const last = items.at(-1);
      return rows.length > request.limit && last ? { items, cursor: jobCursor(last, request) } : { items };
    });
  }

  countJobs({ owner }: Pick<JobFilter, "owner"> = {}): Promise<JobCounts> {
    return this.#database.read(() => {
      const ofOwner = "SELECT state, jobs FROM owner_job_counts WHERE owner = ?";
      const rows =
        owner === undefined
          ? this.#database.statement("SELECT state, jobs FROM job_counts").all()
          : this.#database.statement(ofOwner).all(owner ?? "");
      const counted = Object.fromEntries(rows.map(({ state, jobs }) => [state, jobs]));
      return Object.fromEntries(jobStates.map((state) => [state, counted[state] ?? 0])) as JobCounts;
    });
  }

  countImagesOfJobs({
    states,
    owner,
  }: Parameters<JobStore["countImagesOfJobs"]>[0]): Promise<{ jobs: number; images: number }> {
    return this.#database.read(() => {
      const counts = owner === undefined ? "job_counts WHERE" : "owner_job_counts WHERE owner = ? AND";
      const sql = `SELECT coalesce(sum(jobs), 0) AS jobs, coalesce(sum(images), 0) AS images
                   FROM ${counts} state IN (SELECT value FROM json_each(?))`;
      const values = owner === undefined ? [] : [owner ?? ""];
      return { ...this.#database.statement(sql).get(...values, JSON.stringify(states)) } as {
        jobs: number;
        images: number;
      };
    });
  }

  keptBytes(account: string, failedSince: string): Promise<number> {
    return this.#database.read(() => {
      const of = (ended: string) => `SELECT image_bytes FROM jobs
        WHERE account = ? AND state NOT IN ('succeeded', 'cancelled') AND ${ended}`;
      const sql = `SELECT coalesce(sum(image_bytes), 0) AS bytes
                   FROM (${of("finished_at IS NULL")} UNION ALL ${of("finished_at >= ?")})`;
      return this.#database.statement(sql).get(account, account, failedSince)?.bytes as number;
    });
  }

  updateJob(id: string, decide: Decision<Job>): Promise<Job | undefined> {
    return this.#change(() => {
      const job = this.#job(id);
      const move = job && decide(job);
      if (!move) return undefined;
      const { next, events } = move;
      this.#database
        .statement("UPDATE jobs SET state = ?, priority = ?, finished_at = ?, body = ? WHERE id = ?")
        .run(next.state, next.priority, next.finishedAt ?? null, JSON.stringify(next), id);
      if (next.state === "cancelled")
        for (const image of this.#images.running(id)) this.#putImage(closeImage(image, next));
      this.#outbox.add(events);
      return next;
    });
  }

  deleteJob(id: string, decide: (job: Job) => CloudEvent | undefined): Promise<boolean> {
    return this.#change(() => {
      const job = this.#job(id);
      const event = job && decide(job);
      if (!event) return false;
      this.#images.removeJob(id);
      this.#encodings.removeJob(id);
      this.#keys.removeJob(id);
      this.#database.statement("DELETE FROM jobs WHERE id = ?").run(id);
      this.#outbox.add([event]);
      return true;
    });
  }

  jobsFinishedBefore(
    time: string,
    limit: number,
    { states = jobStates, after }: FinishedJobFilter = {},
  ): Promise<Job[]> {
    return this.#database.read(() => {
      // Each state's in the order of the index, merged: however many jobs ended in other states, none is read.
      const ofState = `SELECT id, finished_at FROM jobs
        WHERE state = ? AND finished_at < ? AND (finished_at, id) > (?, ?)`;
      const found = `${states.map(() => ofState).join(" UNION ALL ")} ORDER BY finished_at, id LIMIT ?`;
      const sql = `SELECT body FROM (${found}) AS found CROSS JOIN jobs ON jobs.id = found.id
                   ORDER BY found.finished_at, found.id`;
      const values = states.flatMap((state) => [state, time, after?.finishedAt ?? "", after?.id ?? ""]);
      const rows = this.#database.statement(sql).all(...values, limit);
      return rows.map(({ body }) => JSON.parse(body as string));
    });
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
      const moves = images.length > 0 && !this.#isCancelled(jobId) ? decide(images) : [];
      for (const move of moves) this.#putImage(move);
      return moves.map(({ next }) => next);
    }, "committed");
  }

  countImages(jobId: string): Promise<ImageCounts> {
    return this.#database.read(() => this.#images.count(jobId));
  }

  hasUnfinishedImages(jobId: string): Promise<boolean> {
    return this.#database.read(() => this.#images.hasUnfinished(jobId), "committed");
  }

  tallyImages(owner: string | null): Promise<ImageTally[]> {
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

  sweepIdempotencyKeys(before: string): Promise<number> {
    return this.#database.write(() => this.#keys.sweep(before));
  }

  /** Results are part of their images, so there are none without a job. */
  async sweepResults(): Promise<void> {}

  unpublishedEvents(limit: number): Promise<CloudEvent[]> {
    return this.#database.read(() => this.#outbox.read(limit));
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

  #append(jobId: string, images: readonly NewImage[]): JobImage[] {
    const bytes = images.reduce((sum, image) => sum + image.bytes, 0);
    const sql = "UPDATE jobs SET image_bytes = image_bytes + ?, images = images + ? WHERE id = ?";
    this.#database.statement(sql).run(bytes, images.length, jobId);
    return this.#images.append(jobId, images);
  }

  #putImage({ next, events }: Move<JobImage>): void {
    this.#images.put(next);
    if (next.state === "done") this.#encodings.add(next);
    this.#outbox.add(events);
  }

  #isCancelled(id: string): boolean {
    return this.#database.statement("SELECT 1 FROM jobs WHERE id = ? AND state = 'cancelled'").get(id) !== undefined;
  }

  /** @throws JOB_NOT_FOUND, JOB_STATE_CONFLICT */
  #jobForImages(id: string): Job {
    const job = this.#job(id);
    if (!job) throw failure("JOB_NOT_FOUND", `There is no job ${id}.`);
    if (job.state === "created") return job;
    throw failure("JOB_STATE_CONFLICT", `A job that is ${job.state} takes no more images.`, { state: job.state });
  }

  #job(id: string): Job | undefined {
    const row = this.#database.statement("SELECT body FROM jobs WHERE id = ?").get(id);
    return row && JSON.parse(row.body as string);
  }
}
