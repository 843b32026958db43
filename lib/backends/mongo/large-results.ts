import { encodingsOf } from "../../encoding/results.ts";
import type { JobImage } from "../../jobs/job.ts";
import type { MongoAdapter } from "./adapter.ts";
import type { ResultDocument, StoredImage } from "./documents.ts";
import { withRetries } from "./failure.ts";
import { parseStoredJson, storedText } from "./stored-json.ts";

/** Characters of JSON. A document has at most 16 MiB, a parcel up to 32 results, once more in its events. */
const MAX_INLINE = 64 * 1024;

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
    const _id = `${jobId}/${index}/${attempts}`;
    await withRetries(() => this.#adapter.insertNew({ _id, jobId, result: storedText(text) }));
    return { ...rest, jobId, index, attempts, resultId: _id };
  }

  /** The images with their results. */
  async fill(images: readonly StoredImage[]): Promise<JobImage[]> {
    const ids = images.flatMap(({ resultId }) => resultId ?? []);
    if (ids.length === 0) return [...images];
    const documents = await withRetries(() => this.#adapter.find({ query: { _id: { $in: ids } } }));
    const results = new Map(documents.map(({ _id, result }) => [_id, result]));
    return images.map(({ resultId, ...image }) => {
      const result = resultId === undefined ? undefined : results.get(resultId);
      return result === undefined ? image : { ...image, result: parseStoredJson(result, `Result ${resultId}`) };
    });
  }

  /** The vectors that the model made, by the result's id. Results are read one after the other: each may have megabytes. */
  vectors(ids: readonly string[], model: string): Promise<Map<string, Float64Array[]>> {
    return withRetries(async () => {
      const vectors = new Map<string, Float64Array[]>();
      if (ids.length === 0) return vectors;
      for await (const { _id, result } of this.#adapter.collection.find({ _id: { $in: [...ids] } })) {
        const made = encodingsOf(parseStoredJson(result, `Result ${_id}`)).find((one) => one.model === model);
        if (made)
          vectors.set(
            _id,
            made.encodings.map((encoding) => Float64Array.from(encoding)),
          );
      }
      return vectors;
    });
  }

  /** For images whose parcel was not changed after all, as its job is gone or cancelled. */
  async remove(images: readonly StoredImage[]): Promise<void> {
    const ids = images.flatMap(({ resultId }) => resultId ?? []);
    if (ids.length > 0) await withRetries(() => this.#adapter.removeMany({ _id: { $in: ids } }));
  }

  async removeJob(jobId: string): Promise<void> {
    await withRetries(() => this.#adapter.removeMany({ jobId }));
  }
}
