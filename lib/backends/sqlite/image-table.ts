import { imageStates } from "../../contracts/job-states.ts";
import type { ImageCounts, Job, JobImage, NewImage } from "../../jobs/job.ts";
import { createImages, MAX_PARCEL_IMAGES } from "../../jobs/parcel.ts";
import { type Page, pageOf } from "../../page.ts";
import type { ImagePageRequest, ImageTally, JobFilter, PageRequest } from "../../ports/job-store.ts";
import { EVERYBODY, type Owner, ownerKey } from "../../sessions/owner.ts";
import { imageCursor, imagePosition } from "../cursor.ts";
import type { Database } from "./database.ts";
import { PAGE } from "./pages.ts";

/** Images of all jobs. Call writing methods within a change. */
export class ImageTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  append(jobId: string, images: readonly NewImage[]): JobImage[] {
    const insert = this.#database.statement(
      "INSERT INTO images (job_id, idx, parcel, state, given_up, body) VALUES (?, ?, ?, ?, 0, ?)",
    );
    const { last } = this.#database.statement("SELECT max(idx) AS last FROM images WHERE job_id = ?").get(jobId) as {
      last: number | null;
    };
    const first = last === null ? 0 : last + 1;
    const created = createImages(jobId, first, images);
    for (const image of created) insert.run(jobId, image.index, image.parcel, image.state, JSON.stringify(image));
    this.#tally(jobId, created);
    return created;
  }

  /** Counts new images of the job. A change of an image's state is counted by a trigger. */
  #tally(jobId: string, images: readonly JobImage[]): void {
    const count = this.#database.statement(
      `INSERT INTO image_tallies SELECT coalesce(owner, ''), model, substr(created_at, 1, 10), ?, ? FROM jobs WHERE id = ?
       ON CONFLICT (owner, model, day, state) DO UPDATE SET images = images + excluded.images`,
    );
    for (const [state, { length }] of Map.groupBy(images, ({ state }) => state)) count.run(state, length, jobId);
  }

  get(jobId: string, index: number): JobImage | undefined {
    const row = this.#database.statement("SELECT body FROM images WHERE job_id = ? AND idx = ?").get(jobId, index);
    return row && JSON.parse(row.body as string);
  }

  /** The images of a parcel, ordered by index. */
  parcel(jobId: string, parcel: number): JobImage[] {
    const sql = "SELECT body FROM images WHERE job_id = ? AND idx BETWEEN ? AND ? AND parcel = ? ORDER BY idx";
    const rows = this.#database.statement(sql).all(jobId, parcel, parcel + MAX_PARCEL_IMAGES - 1, parcel);
    return rows.map(({ body }) => JSON.parse(body as string));
  }

  put(image: JobImage): void {
    this.#database
      .statement("UPDATE images SET state = ?, given_up = ?, body = ? WHERE job_id = ? AND idx = ?")
      .run(image.state, image.givenUp ? 1 : 0, JSON.stringify(image), image.jobId, image.index);
  }

  list(jobId: string, { limit, after = -1, states = imageStates }: ImagePageRequest): JobImage[] {
    const marks = states.map(() => "?").join(", ");
    // Images of one state are in the requested order in the index by state, those of several states in the primary key.
    // With another index, SQLite would read all images, or sort them.
    const [index, inStates] =
      states.length === 1 ? ["INDEXED BY images_by_state", "state = ?"] : ["", `+state IN (${marks})`];
    const sql = `SELECT body FROM images ${index} WHERE job_id = ? AND idx > ? AND ${inStates} ORDER BY idx LIMIT ?`;
    const rows = this.#database.statement(sql).all(jobId, after, ...states, limit);
    return rows.map(({ body }) => JSON.parse(body as string));
  }

  count(jobId: string): ImageCounts {
    const counts = { total: 0, pending: 0, running: 0, done: 0, failed: 0 };
    const count = this.#database.statement("SELECT count(*) AS n FROM images WHERE job_id = ? AND state = ?");
    for (const state of imageStates) {
      const { n } = count.get(jobId, state) as { n: number };
      counts[state] = n;
      counts.total += n;
    }
    return counts;
  }

  hasUnfinished(jobId: string): boolean {
    const sql = "SELECT 1 FROM images WHERE job_id = ? AND state IN ('pending', 'running') LIMIT 1";
    return this.#database.statement(sql).get(jobId) !== undefined;
  }

  running(jobId: string): JobImage[] {
    // SQLite would choose the primary key, for the order, and read all images of the job.
    const sql = `SELECT body FROM images INDEXED BY images_by_state
                 WHERE job_id = ? AND state = 'running' ORDER BY idx`;
    const rows = this.#database.statement(sql).all(jobId);
    return rows.map(({ body }) => JSON.parse(body as string));
  }

  tally(owner: Owner): ImageTally[] {
    const sql = "SELECT model, day, state, images FROM image_tallies WHERE owner = ?";
    return this.#database.statement(sql).all(ownerKey(owner)) as unknown as ImageTally[];
  }

  /** Subtracts the job's images from the tallies. Call before the job is removed; its images are removed later. */
  forgetTallies({ id, owner, model, createdAt }: Job): void {
    const forget = this.#database.statement(
      `UPDATE image_tallies SET images = images - ? WHERE owner = ? AND model = ? AND day = substr(?, 1, 10) AND state = ?`,
    );
    const counts = this.count(id);
    for (const state of imageStates)
      if (counts[state] > 0) forget.run(counts[state], ownerKey(owner), model, createdAt, state);
  }

  /** Call after the job was removed. @returns how many of its images were removed, at most `PAGE`. */
  removePage(jobId: string): number {
    const page = "SELECT idx FROM images WHERE job_id = ? LIMIT ?";
    const sql = `DELETE FROM images WHERE job_id = ? AND idx IN (${page})`;
    return Number(this.#database.statement(sql).run(jobId, jobId, PAGE).changes);
  }

  /** Ids of jobs that have images, in order, and whether these jobs exist. */
  jobsAfter(after: string, limit: number): { readonly id: string; readonly exists: boolean }[] {
    const next = (id: string) => `(SELECT min(job_id) FROM images WHERE job_id > ${id})`;
    const sql = `WITH RECURSIVE found (id) AS (
                   SELECT ${next("?")} UNION ALL SELECT ${next("id")} FROM found WHERE id IS NOT NULL LIMIT ?
                 )
                 SELECT id, EXISTS (SELECT 1 FROM jobs WHERE jobs.id = found.id) AS there FROM found WHERE id IS NOT NULL`;
    const rows = this.#database.statement(sql).all(after, limit);
    return rows.map(({ id, there }) => ({ id: id as string, exists: there === 1 }));
  }

  /** @throws INVALID_OPTION for an invalid cursor. */
  listDeadLetters({ limit, cursor, owner = EVERYBODY }: PageRequest & Pick<JobFilter, "owner">): Page<JobImage> {
    const [jobId, index] = cursor ? imagePosition(cursor) : (["", -1] as const);
    const [list, owned] =
      owner === EVERYBODY ? ["dead_letters", ""] : ["dead_letters_of_owner", "AND json_extract(body, '$.owner') IS ?"];
    const sql = `SELECT body FROM images INDEXED BY ${list} WHERE given_up = 1 AND (job_id, idx) > (?, ?) ${owned}
                 AND EXISTS (SELECT 1 FROM jobs WHERE id = job_id)
                 ORDER BY job_id, idx LIMIT ?`;
    const owners = owner === EVERYBODY ? [] : [owner];
    const rows = this.#database.statement(sql).all(jobId, index, ...owners, limit + 1);
    const images = rows.map(({ body }): JobImage => JSON.parse(body as string));
    return pageOf(images, limit, imageCursor);
  }
}
