import { encodingsOf } from "../../encoding/results.ts";
import type { JobImage } from "../../jobs/job.ts";
import type { MongoAdapter } from "./adapter.ts";
import type { ResultDocument, StoredImage } from "./documents.ts";
import { withRetries } from "./failure.ts";
import { joined, parseStoredJson, type StoredJson, storedText } from "./stored-json.ts";

/**
 * Maximum characters of JSON in a parcel's document. A document has at most 16 MiB; a parcel has up to 32 results,
 * which its events repeat.
 */
const MAX_INLINE = 64 * 1024;
/** Maximum bytes of a result in one document, a quarter of MongoDB's limit. */
const MAX_PART = 4 * 2 ** 20;

/** Results that are too large for the document of their parcel. */
export class LargeResults {
  readonly #adapter: MongoAdapter<ResultDocument>;

  constructor(adapter: MongoAdapter<ResultDocument>) {
    this.#adapter = adapter;
  }

  /** Stores the result if it is large, before the parcel that refers to it. Idempotent. */
  async put(image: JobImage): Promise<StoredImage> {
    const { jobId, index, attempts, result, ...rest } = image;
    if (!result) return image;
    const text = JSON.stringify(result);
    if (text.length <= MAX_INLINE) return image;
    const parts = partsOf(storedText(text));
    const resultId = resultIdOf(image, parts.length);
    for (const [part, _id] of partIdsOf(resultId).entries())
      await withRetries(() => this.#adapter.insertNew({ _id, jobId, result: parts[part] as StoredJson }));
    return { ...rest, jobId, index, attempts, resultId };
  }

  /** Fills in the results of the images. */
  async fill(images: readonly StoredImage[]): Promise<JobImage[]> {
    const ids = images.flatMap(({ resultId }) => resultId ?? []);
    if (ids.length === 0) return [...images];
    const results = await this.#find(ids);
    return images.map(({ resultId, ...image }) => {
      const result = resultId === undefined ? undefined : results.get(resultId);
      return result === undefined ? image : { ...image, result: parseStoredJson(result, `Result ${resultId}`) };
    });
  }

  /**
   * The vectors that the model made, by the result's id. Results are read one after the other, because each may have
   * megabytes.
   */
  async vectors(ids: readonly string[], model: string): Promise<Map<string, Float64Array[]>> {
    const vectors = new Map<string, Float64Array[]>();
    for (const id of ids) {
      const result = (await this.#find([id])).get(id);
      if (result === undefined) continue;
      const made = encodingsOf(parseStoredJson(result, `Result ${id}`)).find((one) => one.model === model);
      if (made)
        vectors.set(
          id,
          made.encodings.map((encoding) => Float64Array.from(encoding)),
        );
    }
    return vectors;
  }

  /** Removes results of images whose parcel was not changed after all, because its job is gone or cancelled. */
  async remove(images: readonly StoredImage[]): Promise<void> {
    const ids = images.flatMap(({ resultId }) => resultId ?? []);
    if (ids.length > 0) await withRetries(() => this.#adapter.removeMany({ _id: { $in: ids.flatMap(partIdsOf) } }));
  }

  async removeJob(jobId: string): Promise<void> {
    await withRetries(() => this.#adapter.removeMany({ jobId }));
  }

  /**
   * Ids of jobs are not reused, and a job is stored before its first result. So a job that does not exist was deleted.
   */
  async sweep(hasJob: (jobId: string) => Promise<boolean>): Promise<void> {
    const options = { projection: { _id: 0, jobId: 1 }, sort: { jobId: 1 } } as const;
    for (let after = ""; ; ) {
      const filter = { jobId: { $gt: after } };
      const found = await withRetries(() => this.#adapter.collection.findOne(filter, options));
      if (!found) return;
      after = found.jobId;
      if (!(await hasJob(after))) await this.removeJob(after);
    }
  }

  /** Results by their ids, without those of jobs that were deleted meanwhile. */
  async #find(ids: readonly string[]): Promise<Map<string, StoredJson>> {
    const query = { _id: { $in: ids.flatMap(partIdsOf) } };
    const documents = await withRetries(() => this.#adapter.find({ query }));
    const parts = new Map(documents.map(({ _id, result }) => [_id, result]));
    const found = new Map<string, StoredJson>();
    for (const id of ids) {
      const ofResult = partIdsOf(id).map((partId) => parts.get(partId));
      if (ofResult.every((part) => part !== undefined)) found.set(id, joined(ofResult));
    }
    return found;
  }
}

function partsOf(stored: string | Buffer): (string | Buffer)[] {
  const count = Math.ceil(stored.length / MAX_PART);
  return Array.from({ length: count }, (_, part) => stored.slice(part * MAX_PART, (part + 1) * MAX_PART));
}

/** The id includes the number of the result's documents, if there is more than one. */
function resultIdOf({ jobId, index, attempts }: JobImage, parts: number): string {
  const id = `${jobId}/${index}/${attempts}`;
  return parts === 1 ? id : `${id}/${parts}`;
}

/** The ids of the result's documents, in order. */
function partIdsOf(resultId: string): string[] {
  const [, , , parts = 1] = resultId.split("/");
  return Array.from({ length: Number(parts) }, (_, part) => (part === 0 ? resultId : `${resultId}/${part}`));
}
