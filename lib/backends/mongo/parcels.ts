import type { Filter } from "mongodb";
import { imageStates } from "../../contracts/job-states.ts";
import type { ImageCounts, Job, JobImage } from "../../jobs/job.ts";
import { MAX_PARCEL_IMAGES } from "../../jobs/parcel.ts";
import { closeImage, type Transition } from "../../jobs/transitions.ts";
import { type Page, pageOf } from "../../page.ts";
import type {
  EncodingPageRequest,
  ImageEncodings,
  ImagePageRequest,
  ImageTally,
  JobFilter,
  PageRequest,
  ParcelDecision,
} from "../../ports/job-store.ts";
import { EVERYBODY, type Owner } from "../../sessions/owner.ts";
import { imageCursor, imagePosition } from "../cursor.ts";
import type { MongoAdapter } from "./adapter.ts";
import { type ParcelDocument, parcelId, type StoredImage } from "./documents.ts";
import { type Change, MongoEntities, newName } from "./entities.ts";
import { withRetries } from "./failure.ts";
import type { HybridClock } from "./hybrid-clock.ts";
import type { LargeResults } from "./large-results.ts";
import { addCounts, deadLetterPlace, encodingFields, imageFields, talliesOf } from "./parcel-fields.ts";
import { parseStoredJson } from "./stored-json.ts";
import { vectorsOf } from "./vectors.ts";

/** Number of recently changed parcels that this node remembers, so that their next change need not read them again. */
const REMEMBERED = 64;
const ONLY_IMAGES = { projection: { body: 1, stamp: 1, last: 1 } } as const;

/** The images of all jobs, with a document for each parcel. */
export class MongoParcels {
  readonly entities: MongoEntities<ParcelDocument>;
  readonly #results: LargeResults;

  constructor(adapter: MongoAdapter<ParcelDocument>, results: LargeResults, clock: HybridClock) {
    this.entities = new MongoEntities(adapter, clock, { remembered: REMEMBERED });
    this.#results = results;
  }

  async get(jobId: string, index: number): Promise<JobImage | undefined> {
    const [document] = await this.#next({ jobId, last: { $gte: index } }, 1);
    const image = document && imagesOf(document).find((one) => one.index === index);
    return image && (await this.#results.fill([image]))[0];
  }

  async list(jobId: string, { limit, after = -1, states = imageStates }: ImagePageRequest): Promise<JobImage[]> {
    const found: StoredImage[] = [];
    // Parcels may be full or have one image each. The first may have images of the page before.
    let parcels = Math.ceil(limit / MAX_PARCEL_IMAGES) + 1;
    for (let last = after; found.length < limit; ) {
      const documents = await this.#next({ jobId, states: { $in: [...states] }, last: { $gt: last } }, parcels);
      const images = documents.flatMap(imagesOf).filter(({ index, state }) => index > after && states.includes(state));
      found.push(...images);
      if (documents.length < parcels) break;
      last = documents.at(-1)?.last ?? last;
      // The next parcels are likely to have as many images as these, and each has at least one.
      const missing = limit - found.length;
      parcels = Math.min(missing, Math.ceil((missing * documents.length) / Math.max(1, images.length)));
    }
    return this.#results.fill(found.slice(0, limit));
  }

  /** The job's first parcels that match, by index. */
  async #next(filter: Filter<ParcelDocument>, limit: number): Promise<Pick<ParcelDocument, "_id" | "body" | "last">[]> {
    const documents = await withRetries(() =>
      this.#collection.find(filter, ONLY_IMAGES).sort({ last: 1 }).limit(limit).toArray(),
    );
    return documents.map((document) => this.entities.seen(document));
  }

  /** @returns the images that changed; none if there is no such parcel. */
  async update(jobId: string, parcel: number, decide: ParcelDecision): Promise<JobImage[]> {
    const put: StoredImage[] = [];
    const id = parcelId(jobId, parcel);
    const moved = await this.entities.change(id, async (document) => {
      if (document.state === "deleted" || document.isClosed) return undefined;
      const images = imagesOf(document);
      const transitions = decide(images);
      if (transitions.length === 0) return undefined;
      const nexts = await Promise.all(transitions.map(({ next }) => this.#results.put(next)));
      put.push(...nexts);
      return changeOf(document, images, transitions, nexts);
    });
    if (!moved && put.length > 0) await this.#removeResults(id, put);
    return moved ?? [];
  }

  async count(jobId: string): Promise<ImageCounts> {
    const stages = [{ $match: { jobId } }, { $group: { _id: "$counts", parcels: { $sum: 1 } } }];
    const groups = await withRetries(() =>
      this.#collection.aggregate<{ _id: string; parcels: number }>(stages).toArray(),
    );
    const none: ImageCounts = { total: 0, pending: 0, running: 0, done: 0, failed: 0 };
    return groups.reduce((sum, { _id: counts, parcels }) => addCounts(sum, counts, parcels), none);
  }

  async hasUnfinished(jobId: string): Promise<boolean> {
    const filter = { jobId, states: { $in: ["pending", "running"] as const } };
    const options = { projection: { _id: 1 } };
    return (await withRetries(() => this.#collection.findOne(filter, options))) !== null;
  }

  async tally(owner: Owner): Promise<ImageTally[]> {
    const stages = [{ $match: { owner } }, { $group: { _id: "$tally", parcels: { $sum: 1 } } }];
    const groups = await withRetries(() =>
      this.#collection.aggregate<{ _id: string; parcels: number }>(stages).toArray(),
    );
    const sums = new Map<string, ImageTally>();
    for (const tally of groups.flatMap(({ _id, parcels }) => talliesOf(_id, parcels))) {
      const { images, ...rest } = tally;
      const key = JSON.stringify(rest);
      sums.set(key, { ...tally, images: images + (sums.get(key)?.images ?? 0) });
    }
    return [...sums.values()];
  }

  /** The limit applies to parcels as if all were full. */
  async listEncodings(request: EncodingPageRequest): Promise<Page<ImageEncodings>> {
    const { owner, model, from = "", before, cursor, limit } = request;
    const parcels = Math.ceil(limit / MAX_PARCEL_IMAGES);
    const filter = { encodedBy: model, owner, ...(cursor && { _id: { $gt: cursor } }) } as Filter<ParcelDocument>;
    const documents = await withRetries(() =>
      this.#collection
        .find(filter, { projection: { encodings: 1 } })
        .sort({ _id: 1 })
        .limit(parcels)
        .toArray(),
    );
    const stored = documents
      .flatMap(({ encodings = [] }) => encodings.filter((one) => one.model === model))
      .filter(({ finishedAt }) => finishedAt >= from && (before === undefined || finishedAt < before));
    const ofLarge = await this.#results.vectors(
      stored.flatMap((one) => ("resultId" in one ? one.resultId : [])),
      model,
    );
    const items = stored.flatMap((one) => {
      const { version, finishedAt } = one;
      const encodings = "resultId" in one ? ofLarge.get(one.resultId) : vectorsOf(one);
      // There are no encodings if the job was deleted meanwhile.
      return encodings ? [{ version, finishedAt, encodings }] : [];
    });
    const last = documents.at(-1);
    return last && documents.length === parcels ? { items, nextCursor: last._id } : { items };
  }

  /** @throws INVALID_OPTION for an invalid cursor. */
  async listDeadLetters({
    limit,
    cursor,
    owner = EVERYBODY,
  }: PageRequest & Pick<JobFilter, "owner">): Promise<Page<JobImage>> {
    const [afterJob, afterIndex] = cursor ? imagePosition(cursor) : (["", -1] as const);
    const found: StoredImage[] = [];
    const isNext = ({ jobId, index }: JobImage) => jobId !== afterJob || index > afterIndex;
    let place = cursor ? deadLetterPlace(afterJob, Math.max(0, afterIndex - MAX_PARCEL_IMAGES + 1)) : "";
    for (let isMore = true; isMore && found.length <= limit; ) {
      const ofOwner = owner === EVERYBODY ? {} : { owner };
      const filter = { deadLetter: { $gte: place }, ...ofOwner } as Filter<ParcelDocument>;
      const documents = await withRetries(() =>
        this.#collection
          .find(filter, { projection: { body: 1, stamp: 1, deadLetter: 1 } })
          .sort({ deadLetter: 1 })
          .limit(limit + 1)
          .toArray(),
      );
      for (const document of documents)
        found.push(...imagesOf(this.entities.seen(document)).filter((image) => image.givenUp && isNext(image)));
      isMore = documents.length > limit;
      place = `${documents.at(-1)?.deadLetter} `;
    }
    const { items, ...next } = pageOf(found, limit, imageCursor);
    return { items: await this.#results.fill(items), ...next };
  }

  /**
   * Closes the images of a cancelled job: running ones return to `pending`, and no image changes after that.
   * Idempotent, and safe to run concurrently.
   */
  async close(job: Job): Promise<void> {
    const open = { jobId: job.id, isClosed: { $exists: false } } as const;
    const { adapter } = this.entities;
    // Repeated for images that have begun to run in between.
    for (;;) {
      const closed = { $set: { isClosed: true as const, change: newName() } };
      await withRetries(() => adapter.updateMany({ ...open, states: { $nin: ["running"] } }, closed));
      const left = await withRetries(() => this.#collection.find(open, { projection: { _id: 1 } }).toArray());
      if (left.length === 0) break;
      for (const { _id } of left)
        await this.entities.change(_id, async (document) => {
          if (document.isClosed) return undefined;
          const images = imagesOf(document);
          const transitions = images.filter(({ state }) => state === "running").map((image) => closeImage(image, job));
          const nexts = transitions.map(({ next }) => next);
          const change = changeOf(document, images, transitions, nexts);
          return { ...change, set: { ...change.set, isClosed: true } };
        });
    }
    await this.seeUnpublished(job.id);
  }

  /**
   * Reads the stamps of the job's parcels that have events to publish. The next change of the job then gets a later
   * stamp, even if the clocks of the nodes that changed the images are ahead. Parcels without events to publish do not
   * matter.
   */
  async seeUnpublished(jobId: string): Promise<void> {
    const options = { projection: { stamp: 1 } };
    const documents = await withRetries(() =>
      this.#collection.find({ jobId, pendingSince: { $gt: "" } }, options).toArray(),
    );
    for (const document of documents) this.entities.seen(document as ParcelDocument);
  }

  /**
   * Removes the job's parcels that have nothing to publish. The others reject changes, and are removed once published.
   */
  async end(jobId: string): Promise<void> {
    const { adapter } = this.entities;
    const removePublished = () => adapter.removeMany({ jobId, pendingSince: { $exists: false } });
    const $set = { state: "deleted", states: [], counts: "", tally: "", body: "[]", change: newName() } as const;
    const $unset = { deadLetter: "", encodedBy: "", encodings: "" } as const;
    await withRetries(removePublished);
    await withRetries(() => adapter.updateMany({ jobId }, { $set, $unset }));
    // Removes the parcels whose events were published in between.
    await withRetries(removePublished);
    await this.#results.removeJob(jobId);
    await this.seeUnpublished(jobId);
  }

  /**
   * Removes results that the parcel does not refer to. If the answer to a change was lost, and the job was cancelled
   * before the change was repeated, the parcel does refer to them.
   */
  async #removeResults(id: string, put: readonly StoredImage[]): Promise<void> {
    const document = await this.entities.get(id);
    const kept = new Set(document && imagesOf(document).map(({ resultId }) => resultId));
    await this.#results.remove(put.filter(({ resultId }) => !kept.has(resultId)));
  }

  get #collection() {
    return this.entities.adapter.collection;
  }
}

/** @param nexts The moved images, as they are stored. */
function changeOf(
  document: ParcelDocument,
  images: readonly StoredImage[],
  transitions: readonly Transition<JobImage>[],
  nexts: readonly StoredImage[],
): Change<ParcelDocument, JobImage[]> {
  const moved = transitions.map(({ next }) => next);
  const stored = new Map(nexts.map((image) => [image.index, image]));
  const all = images.map((image) => stored.get(image.index) ?? image);
  const set = { ...imageFields(document, all), ...encodingFields(document, moved, nexts) };
  return { set, events: transitions.flatMap(({ events }) => events), result: moved };
}

function imagesOf({ _id, body }: Pick<ParcelDocument, "_id" | "body">): StoredImage[] {
  return parseStoredJson(body, `Parcel ${_id}`);
}
