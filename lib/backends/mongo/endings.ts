import type { UpdateFilter } from "mongodb";
import type { CloudEvent } from "../../jobs/events.ts";
import type { Job } from "../../jobs/job.ts";
import type { JobDocument } from "./documents.ts";
import { type MongoEntities, newName } from "./entities.ts";
import { batchesOf } from "./event-batches.ts";
import { parseStored, withRetries } from "./failure.ts";
import type { MongoIdempotencyKeys } from "./idempotency-keys.ts";
import type { MongoParcels } from "./parcels.ts";

/**
 * Cancellations and deletions. Their events must follow those of all images, so they are first recorded in the job's
 * document, which becomes visible at once. Then the images are changed, and only then the events are queued. If the
 * writer dies in between, the next one to publish events or to change the job continues.
 */
export class MongoEndings {
  readonly #jobs: MongoEntities<JobDocument>;
  readonly #parcels: MongoParcels;
  readonly #keys: MongoIdempotencyKeys;
  readonly #onQueued: () => void;

  constructor(
    jobs: MongoEntities<JobDocument>,
    parcels: MongoParcels,
    keys: MongoIdempotencyKeys,
    onQueued: () => void,
  ) {
    this.#jobs = jobs;
    this.#parcels = parcels;
    this.#keys = keys;
    this.#onQueued = onQueued;
  }

  /**
   * Completes what the document has recorded. Idempotent, and safe to run concurrently.
   * @returns whether there was anything to do.
   */
  async complete({ _id: jobId, change, body, cancellation, deletion }: JobDocument): Promise<boolean> {
    const place = `Job ${jobId}`;
    if (cancellation !== undefined) {
      const job = parseStored<Job>(body, place);
      const events = parseStored<CloudEvent[]>(cancellation, place);
      await this.#parcels.close(job);
      const counted: Job = { ...job, finalImages: await this.#parcels.count(jobId) };
      await this.#queue(jobId, change, { cancellation }, events, { body: JSON.stringify(counted) });
    } else if (deletion !== undefined) {
      await this.#parcels.end(jobId);
      await this.#keys.removeJob(jobId);
      await this.#queue(jobId, change, { deletion }, [parseStored<CloudEvent>(deletion, place)]);
    }
    return (cancellation ?? deletion) !== undefined;
  }

  /**
   * @param before Name of the change that recorded the ending, for a writer whose response was lost.
   * @param fields Other fields of the document to set. Until now, it cannot have been changed.
   */
  async #queue(
    jobId: string,
    before: string,
    recorded: { readonly cancellation: string } | { readonly deletion: string },
    events: readonly CloudEvent[],
    fields: Partial<Pick<JobDocument, "body">> = {},
  ): Promise<void> {
    const outbox = this.#jobs.stamped(events);
    const update = {
      $set: { ...fields, change: newName(), stamp: outbox.at(-1)?.stamp },
      $unset: Object.fromEntries(Object.keys(recorded).map((field) => [field, ""])),
      $push: { outbox: { $each: batchesOf(outbox) }, before },
      $min: { pendingSince: outbox[0]?.stamp },
    } as UpdateFilter<JobDocument>;
    await withRetries(() => this.#jobs.adapter.collection.updateOne({ _id: jobId, ...recorded }, update));
    this.#onQueued();
  }
}
