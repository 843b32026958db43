import { encodingsOf } from "../../encoding/results.ts";
import { packVectors, unpackVectors } from "../../encoding/vectors.ts";
import { failure } from "../../errors.ts";
import type { JobImage } from "../../jobs/job.ts";
import type { Page } from "../../page.ts";
import type { EncodingPageRequest, ImageEncodings } from "../../ports/job-store.ts";
import type { Database } from "./database.ts";
import { PAGE } from "./pages.ts";

/** A crash may leave encodings of a deleted job: see `JobStore.deleteJob`. */
const HAS_JOB = "EXISTS (SELECT 1 FROM jobs WHERE id = job_id)";
const SEQUENCE = /^\d{1,15}$/;

/** The vectors of images that are done. They have a table of their own because means read nothing else. */
export class ImageEncodingTable {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  /** Call within the change that marks the image done. */
  add(image: JobImage): void {
    const insert = this.#database.statement(
      `INSERT INTO image_encodings (job_id, owner, model, version, finished_at, faces, vectors)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
    const { jobId, owner = null, finishedAt = "" } = image;
    for (const { model, version, encodings } of encodingsOf(image.result))
      insert.run(jobId, owner, model, version, finishedAt, encodings.length, packVectors(encodings));
  }

  /** @returns how many encodings of the job were removed, at most `PAGE`. */
  removePage(jobId: string): number {
    const page = "SELECT sequence FROM image_encodings WHERE job_id = ? LIMIT ?";
    const sql = `DELETE FROM image_encodings WHERE sequence IN (${page})`;
    return Number(this.#database.statement(sql).run(jobId, PAGE).changes);
  }

  /**
   * The limit applies to the encodings that are looked at: a time span may have few of very many.
   * @throws INVALID_OPTION for an invalid cursor.
   */
  list({ owner, model, from = "", before, cursor = "0", limit }: EncodingPageRequest): Page<ImageEncodings> {
    if (!SEQUENCE.test(cursor)) throw failure("INVALID_OPTION", "cursor is not one that was handed out.");
    const isWanted = `finished_at >= :from AND (:before IS NULL OR finished_at < :before) AND ${HAS_JOB}`;
    const sql = `SELECT sequence, version, finished_at, faces, iif(${isWanted}, vectors, NULL) AS vectors
                 FROM image_encodings WHERE owner IS :owner AND model = :model AND sequence > :after
                 ORDER BY sequence LIMIT :limit`;
    const values = { owner, model, from, before: before ?? null, after: Number(cursor), limit };
    const rows = this.#database.statement(sql).all(values);
    const items = rows.flatMap(({ version, finished_at: finishedAt, faces, vectors }) => {
      if (vectors === null) return [];
      const encodings = unpackVectors(vectors as Uint8Array, faces as number);
      return [{ version: version as string, finishedAt: finishedAt as string, encodings }];
    });
    return rows.length < limit ? { items } : { items, nextCursor: String(rows.at(-1)?.sequence) };
  }
}
