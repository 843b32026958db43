import type { Filter } from "mongodb";
import { imageStates } from "../../contracts/job-states.ts";
import { closeImage, type ImageCounts, type Job, type JobImage, type Move } from "../../jobs/job.ts";
import type {
  Decision,
  EncodingPageRequest,
  ImageEncodings,
  ImagePageRequest,
  ImageTally,
  JobFilter,
  Page,
  PageRequest,
} from "../../ports/job-store.ts";
import { encodeCursor } from "../cursor.ts";
import type { MongoAdapter } from "./adapter.ts";
import { type ImageDocument, imageId } from "./documents.ts";
import { type Change, MongoEntities, newName } from "./entities.ts";
import { parseStored, withRetries } from "./failure.ts";
import type { HybridClock } from "./hybrid-clock.ts";
import { deadLetterQuery, encodingFields, imageFields, type TallyKey, tallyOf } from "./job-query.ts";
import { vectorsOf } from "./vectors.ts";

/** The images of jobs, one document each, including their encodings as numbers. */
export class MongoImages {
  readonly entities: MongoEntities<ImageDocument>;

  constructor(adapter: MongoAdapter<ImageDocument>, clock: HybridClock) {
    this.entities = new MongoEntities(adapter, clock);
  }

  async get(jobId: string, index: number): Promise<JobImage | undefined> {
    const document = await this.entities.get(imageId(jobId, index));
    return document && document.state !== "deleted" ? imageOf(document) : undefined;
  }

  async list(jobId: string, { limit, after = -1, states = imageStates }: ImagePageRequest): Promise<JobImage[]> {
    const query = { jobId, index: { $gt: after }, state: { $in: [...states] } };
    const documents = await withRetries(() => this.entities.adapter.find({ query, sort: { index: 1 }, limit }));
    return documents.map((document) => imageOf(this.entities.seen(document)));
  }

  /** @returns the updated image; undefined if it does not exist or is left unchanged. */
  update(jobId: string, index: number, decide: Decision<JobImage>): Promise<JobImage | undefined> {
    return this.entities.change(imageId(jobId, index), async (document) => {
      if (document.state === "deleted" || document.isClosed) return undefined;
      const move = decide(imageOf(document));
      return move && changeOf(document, move);
    });
  }

  async count(jobId: string): Promise<ImageCounts> {
    const stages = [{ $match: { jobId } }, { $group: { _id: "$state", count: { $sum: 1 } } }];
    const groups = await withRetries(() =>
      this.#collection.aggregate<{ _id: ImageDocument["state"]; count: number }>(stages).toArray(),
    );
    const counts = { total: 0, pending: 0, running: 0, done: 0, failed: 0 };
    for (const { _id: state, count } of groups) {
      if (state === "deleted") continue;
      counts[state] = count;
      counts.total += count;
    }
    return counts;
  }

  async hasUnfinished(jobId: string): Promise<boolean> {
    const filter = { jobId, state: { $in: ["pending", "running"] as const } };
    const options = { projection: { _id: 1 } };
    return (await withRetries(() => this.#collection.findOne(filter, options))) !== null;
  }

  async tally(owner: string | null): Promise<ImageTally[]> {
    // The tally is one field because FerretDB groups by a single field only.
    const stages = [
      { $match: { owner, state: { $in: [...imageStates] } } },
      { $group: { _id: "$tally", count: { $sum: 1 } } },
    ];
    const groups = await withRetries(() =>
      this.#collection.aggregate<{ _id: string; count: number }>(stages).toArray(),
    );
    return groups.map(({ _id: tally, count: images }) => ({ ...parseStored<TallyKey>(tally, "A tally"), images }));
  }

  async listEncodings({
    owner,
    model,
    from,
    before,
    cursor,
    limit,
  }: EncodingPageRequest): Promise<Page<ImageEncodings>> {
    const span = { ...(from && { $gte: from }), ...(before && { $lt: before }) };
    const filter = {
      encodedBy: model,
      owner,
      state: "done",
      ...(cursor && { _id: { $gt: cursor } }),
      ...(Object.keys(span).length > 0 && { finishedAt: span }),
    } as unknown as Filter<ImageDocument>;
    const documents = await withRetries(() =>
      this.#collection
        .find(filter, { projection: { encodings: 1, finishedAt: 1 } })
        .sort({ _id: 1 })
        .limit(limit)
        .toArray(),
    );
    const items = documents.flatMap(({ encodings = [], finishedAt = "" }) => {
      const ofModel = encodings.filter((one) => one.model === model);
      return ofModel.map((one) => ({ version: one.version, finishedAt, encodings: vectorsOf(one) }));
    });
    const last = documents.at(-1);
    return last && documents.length === limit ? { items, cursor: last._id } : { items };
  }

  async listDeadLetters(request: PageRequest & Pick<JobFilter, "owner">): Promise<Page<JobImage>> {
    const { limit } = request;
    const page = { query: deadLetterQuery(request), sort: { deadLetter: 1 }, limit: limit + 1 } as const;
    const documents = await withRetries(() => this.entities.adapter.find(page));
    const items = documents.slice(0, limit).map((document) => imageOf(this.entities.seen(document)));
    const last = items.at(-1);
    return documents.length > limit && last ? { items, cursor: encodeCursor([last.jobId, last.index]) } : { items };
  }

  /**
   * Closes the images of a cancelled job: running ones return to `pending`, and no image changes after that. Idempotent,
   * and safe to run concurrently.
   */
  async close(job: Job): Promise<void> {
    const open = { jobId: job.id, isClosed: { $exists: false } } as const;
    const { adapter } = this.entities;
    // Repeated for images that stopped running by themselves in between.
    for (;;) {
      const closed = { $set: { isClosed: true as const, change: newName() } };
      await withRetries(() => adapter.updateMany({ ...open, state: { $in: ["pending", "failed"] } }, closed));
      const unfinished = { ...open, state: { $in: ["pending", "running", "failed"] as const } };
      const left = await withRetries(() => adapter.find({ query: unfinished }));
      if (left.length === 0) break;
      for (const { _id } of left)
        await this.entities.change(_id, async (document) => {
          if (document.state !== "running" || document.isClosed) return undefined;
          const change = changeOf(document, closeImage(imageOf(document), job));
          return { ...change, set: { ...change.set, isClosed: true } };
        });
    }
    await this.seeUnpublished(job.id);
  }

  /**
   * Reads the stamps of the job's images that have events to publish. A change of the job gets a later stamp then, even
   * if the clocks of the nodes that changed the images are ahead. Images without such events do not matter.
   */
  async seeUnpublished(jobId: string): Promise<void> {
    const options = { projection: { stamp: 1 } };
    const documents = await withRetries(() =>
      this.#collection.find({ jobId, pendingSince: { $gt: "" } }, options).toArray(),
    );
    for (const document of documents) this.entities.seen(document as ImageDocument);
  }

  /**
   * Removes the job's images that have nothing to publish. The others reject changes, and are removed once published.
   */
  async end(jobId: string): Promise<void> {
    const { adapter } = this.entities;
    const removePublished = () => adapter.removeMany({ jobId, pendingSince: { $exists: false } });
    const closed = { $set: { state: "deleted" as const, change: newName() }, $unset: { deadLetter: "" as const } };
    await withRetries(removePublished);
    await withRetries(() => adapter.updateMany({ jobId }, closed));
    // Images whose events were published in between.
    await withRetries(removePublished);
    for (const document of await withRetries(() => adapter.find({ query: { jobId } }))) this.entities.seen(document);
  }

  get #collection() {
    return this.entities.adapter.collection;
  }
}

function changeOf(document: ImageDocument, { next, events }: Move<JobImage>): Change<ImageDocument, JobImage> {
  const set = { ...imageFields(next), ...encodingFields(next), tally: tallyOf(document, next.state) };
  return { set, events, result: next };
}

function imageOf({ _id, body }: ImageDocument): JobImage {
  return parseStored(body, `Image ${_id}`);
}
