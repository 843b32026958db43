/** Images as versions before 0.2 stored them, with a document for each. They become parcels of one image. */
import type { ImageState } from "../../contracts/job-states.ts";
import type { JobImage } from "../../jobs/job.ts";
import type { MongoAdapter } from "./adapter.ts";
import type { EntityDocument, ParcelDocument, StoredEncodings } from "./documents.ts";
import { isDuplicate, parseStored, withRetries } from "./failure.ts";
import { imageFields } from "./parcel-fields.ts";
import type { StoredVectors } from "./vectors.ts";

const BATCH = 500;

export interface FormerImageDocument
  extends EntityDocument,
    Pick<ParcelDocument, "jobId" | "owner" | "model" | "day" | "isClosed" | "encodedBy"> {
  readonly index: number;
  readonly body: string;
  readonly state: ImageState | "deleted";
  readonly encodings?: readonly (Pick<StoredEncodings, "model" | "version"> & StoredVectors)[];
  readonly finishedAt?: string;
}

/**
 * Moves all images of former versions. Idempotent, and safe to run concurrently, but not while nodes of such a version
 * run.
 */
export async function moveFormerImages(
  images: MongoAdapter<FormerImageDocument>,
  parcels: MongoAdapter<ParcelDocument>,
): Promise<void> {
  for (;;) {
    const documents = await withRetries(() => images.find({ query: {}, limit: BATCH }));
    if (documents.length === 0) return;
    const moved = documents.map((document) => parcelOf(document));
    await withRetries(async () => {
      try {
        await parcels.insertMany(moved);
      } catch (error) {
        if (!isDuplicate(error)) throw error;
      }
    });
    await withRetries(() => images.removeMany({ _id: { $in: documents.map(({ _id }) => _id) } }));
  }
}

function parcelOf(document: FormerImageDocument): ParcelDocument {
  const { _id, index, state, encodings, finishedAt = "", jobId, owner, model, day, isClosed, encodedBy } = document;
  const { change, before, stamp, outbox, pendingSince } = document;
  const image = { ...parseStored<JobImage>(document.body, `Image ${_id}`), parcel: index };
  const { deadLetter, ...fields } = imageFields({ model, day }, [image]);
  const isDeleted = state === "deleted";
  return {
    ...{ _id, jobId, first: index, last: index, model, day, change, before, stamp, outbox },
    ...fields,
    ...(isDeleted && { state, states: [], counts: "", tally: "" }),
    ...(!isDeleted && deadLetter !== undefined && { deadLetter }),
    ...(!isDeleted && encodedBy && { encodedBy }),
    ...(!isDeleted && encodings && { encodings: encodings.map((one) => ({ ...one, index, finishedAt })) }),
    ...(pendingSince !== undefined && { pendingSince }),
    ...(owner !== undefined && { owner }),
    ...(isClosed && { isClosed }),
  };
}
