import type { Job } from "../../jobs/job.ts";
import type { IdempotencyOutcome } from "../../ports/job-store.ts";
import type { JobDocument } from "./documents.ts";
import { MongoEndings } from "./endings.ts";
import type { Change, MongoEntities } from "./entities.ts";
import { isDuplicate, parseStored, withRetries } from "./failure.ts";
import { expectUnfenced, type MongoIdempotencyKeys } from "./idempotency-keys.ts";
import type { MongoParcels } from "./parcels.ts";
import { unstage, unstaged } from "./staging.ts";

type Decide<T> = (
  job: Job,
  document: JobDocument,
) => Change<JobDocument, T> | undefined | Promise<Change<JobDocument, T> | undefined>;

/** Documents of jobs. Work that a dead writer has left unfinished is completed before a document is read or changed. */
export class MongoJobs {
  /** All job documents, including those of deleted jobs. */
  readonly entities: MongoEntities<JobDocument>;
  readonly #parcels: MongoParcels;
  readonly #endings: MongoEndings;
  readonly #onStored: () => void;

  constructor(
    entities: MongoEntities<JobDocument>,
    parcels: MongoParcels,
    keys: MongoIdempotencyKeys,
    onStored: () => void,
  ) {
    this.entities = entities;
    this.#parcels = parcels;
    this.#endings = new MongoEndings(entities, parcels, keys, onStored);
    this.#onStored = onStored;
  }

  /** Returns the document once all of its images are in the documents of their parcels. */
  async get(id: string): Promise<JobDocument | undefined> {
    const document = await this.entities.get(id);
    if (!document || document.state === "deleted") return undefined;
    await this.unstaged(document);
    return document;
  }

  /** Stores a new job, and then its images. @throws IDEMPOTENCY_KEY_IN_USE */
  async insert(document: JobDocument, idempotency: IdempotencyOutcome | undefined): Promise<void> {
    try {
      await withRetries(() => this.entities.adapter.insert(document));
    } catch (error) {
      // After a lost response, the retried insertion finds its own document.
      const stored = isDuplicate(error) ? await this.entities.get(document._id) : undefined;
      if (stored) expectUnfenced(stored, idempotency);
      if (stored?.change !== document.change && !stored?.before.includes(document.change)) throw error;
    }
    this.#onStored();
    await this.#unstage(document);
  }

  /** @returns the result of the change; undefined if there is no such job, or nothing is changed. */
  async change<T>(id: string, decide: Decide<T>): Promise<T | undefined> {
    const result = await this.entities.change(id, async (document) => {
      if (document.state === "deleted") return undefined;
      await this.unstaged(document);
      // The change below is then decided again, on the new document.
      await this.#endings.complete(document);
      const change = await decide(jobOf(document), document);
      if (change?.set.finishedAt !== undefined) await this.#parcels.seeUnpublished(id);
      return change;
    });
    if (result !== undefined) this.#onStored();
    return result;
  }

  /** @returns whether there was anything to do. */
  async completeEnding(id: string): Promise<boolean> {
    const document = await this.entities.get(id);
    return document ? this.#endings.complete(document) : false;
  }

  /** Resolves once the document has no staged images. */
  unstaged(document: JobDocument): Promise<void> {
    return unstaged(document, this.entities, this.#parcels.entities);
  }

  /** Moves the images that a change by this process has staged. */
  async unstage(id: string): Promise<void> {
    const document = await this.entities.get(id);
    if (document) await this.#unstage(document);
  }

  #unstage(document: JobDocument): Promise<void> {
    return unstage(document, this.entities, this.#parcels.entities);
  }
}

export function jobOf({ _id, body }: JobDocument): Job {
  return parseStored(body, `Job ${_id}`);
}
