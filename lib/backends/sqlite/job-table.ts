import { jobStates } from "../../contracts/job-states.ts";
import type { Job, NewImage } from "../../jobs/job.ts";
import { type Page, pageOf } from "../../page.ts";
import type { FinishedJobFilter, JobCounts, JobPageRequest, JobStore } from "../../ports/job-store.ts";
import { EVERYBODY, type OwnerScope, ownerKey } from "../../sessions/owner.ts";
import { jobCursor } from "../cursor.ts";
import type { Database } from "./database.ts";
import { jobQuery, termsOf } from "./job-query.ts";

/** Jobs, with the counts of their images. Call writing methods within a change. */
export class JobTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  insert(job: Job): void {
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
  }

  get(id: string): Job | undefined {
    const row = this.#database.statement("SELECT body FROM jobs WHERE id = ?").get(id);
    return row && JSON.parse(row.body as string);
  }

  /** Whether images of the job may change: it exists, and was not cancelled. */
  isOpen(id: string): boolean {
    return this.#database.statement("SELECT 1 FROM jobs WHERE id = ? AND state <> 'cancelled'").get(id) !== undefined;
  }

  put(job: Job): void {
    this.#database
      .statement("UPDATE jobs SET state = ?, priority = ?, finished_at = ?, body = ? WHERE id = ?")
      .run(job.state, job.priority, job.finishedAt ?? null, JSON.stringify(job), job.id);
  }

  countAdded(id: string, images: readonly NewImage[]): void {
    const bytes = images.reduce((sum, image) => sum + image.bytes, 0);
    const sql = "UPDATE jobs SET image_bytes = image_bytes + ?, images = images + ? WHERE id = ?";
    this.#database.statement(sql).run(bytes, images.length, id);
  }

  remove(id: string): void {
    this.#database.statement("DELETE FROM jobs WHERE id = ?").run(id);
  }

  list(request: JobPageRequest): Page<Job> {
    const { sql, values } = jobQuery(request);
    const rows = this.#database.statement(sql).all(...values);
    const jobs = rows.map(({ body }): Job => JSON.parse(body as string));
    return pageOf(jobs, request.limit, (last) => jobCursor(last, request));
  }

  finishedBefore(time: string, limit: number, { states = jobStates, after }: FinishedJobFilter = {}): Job[] {
    // The jobs of each state are read in the order of the index and merged. Jobs that ended in other states are not
    // read, however many there are.
    const ofState = `SELECT id, finished_at FROM jobs
      WHERE state = ? AND finished_at < ? AND (finished_at, id) > (?, ?)`;
    const found = `${states.map(() => ofState).join(" UNION ALL ")} ORDER BY finished_at, id LIMIT ?`;
    const sql = `SELECT body FROM (${found}) AS found CROSS JOIN jobs ON jobs.id = found.id
                 ORDER BY found.finished_at, found.id`;
    const values = states.flatMap((state) => [state, time, after?.finishedAt ?? "", after?.id ?? ""]);
    const rows = this.#database.statement(sql).all(...values, limit);
    return rows.map(({ body }) => JSON.parse(body as string));
  }

  count(owner: OwnerScope): JobCounts {
    const ofOwner = "SELECT state, jobs FROM owner_job_counts WHERE owner = ?";
    const rows =
      owner === EVERYBODY
        ? this.#database.statement("SELECT state, jobs FROM job_counts").all()
        : this.#database.statement(ofOwner).all(ownerKey(owner));
    const counted = Object.fromEntries(rows.map(({ state, jobs }) => [state, jobs]));
    return Object.fromEntries(jobStates.map((state) => [state, counted[state] ?? 0])) as JobCounts;
  }

  countImages({ states, owner = EVERYBODY }: Parameters<JobStore["countImagesOfJobs"]>[0]): {
    jobs: number;
    images: number;
  } {
    const counts = owner === EVERYBODY ? "job_counts WHERE" : "owner_job_counts WHERE owner = ? AND";
    const sql = `SELECT coalesce(sum(jobs), 0) AS jobs, coalesce(sum(images), 0) AS images
                 FROM ${counts} state IN (SELECT value FROM json_each(?))`;
    const values = owner === EVERYBODY ? [] : [ownerKey(owner)];
    return { ...this.#database.statement(sql).get(...values, JSON.stringify(states)) } as {
      jobs: number;
      images: number;
    };
  }

  /** Implements `JobStore.keptBytes`. */
  keptBytes(account: string, failedSince: string): number {
    const of = (ended: string) => `SELECT image_bytes FROM jobs
      WHERE account = ? AND state NOT IN ('succeeded', 'cancelled') AND ${ended}`;
    const sql = `SELECT coalesce(sum(image_bytes), 0) AS bytes
                 FROM (${of("finished_at IS NULL")} UNION ALL ${of("finished_at >= ?")})`;
    return this.#database.statement(sql).get(account, account, failedSince)?.bytes as number;
  }
}
