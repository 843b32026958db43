/** The fields of a parcel's document that follow from its images, and keys that are read back from them. Pure. */
import { type ImageState, imageStates } from "../../contracts/job-states.ts";
import { encodingsOf } from "../../encoding/results.ts";
import type { ImageCounts, JobImage } from "../../jobs/job.ts";
import type { ImageTally } from "../../ports/job-store.ts";
import type { ParcelDocument, StoredEncodings, StoredImage } from "./documents.ts";
import { parseStored } from "./failure.ts";
import { storedJson } from "./stored-json.ts";
import { storedVectors } from "./vectors.ts";

const INDEX_DIGITS = 15;

type Numbers = Readonly<Record<ImageState, number>>;
type OfJob = Pick<ParcelDocument, "model" | "day">;

/** Fields of all images; undefined removes a field. */
export function imageFields(ofJob: OfJob, images: readonly StoredImage[]) {
  const numbers = numbersOf(images);
  const [first] = images;
  return {
    states: imageStates.filter((state) => numbers[state] > 0),
    counts: JSON.stringify(numbers),
    // One field, because FerretDB groups by a single field only.
    tally: JSON.stringify({ model: ofJob.model, day: ofJob.day, numbers } satisfies TallyKey),
    deadLetter: first && images.some(({ givenUp }) => givenUp) ? deadLetterPlace(first.jobId, first.index) : undefined,
    body: storedJson(images),
  };
}

/**
 * The fields for encodings, including those of images that have just become done.
 * @param stored The images, as they are stored.
 */
export function encodingFields(
  { encodings: known = [] }: Pick<ParcelDocument, "encodings">,
  images: readonly JobImage[],
  stored: readonly StoredImage[],
): Pick<ParcelDocument, "encodings" | "encodedBy"> {
  const added = images.flatMap(({ index, state, finishedAt = "", result }, position): StoredEncodings[] => {
    if (state !== "done") return [];
    const { resultId } = stored[position] ?? {};
    return encodingsOf(result).map(({ model, version, encodings }) => ({
      index,
      finishedAt,
      model,
      version,
      ...(resultId === undefined ? storedVectors(encodings) : { resultId }),
    }));
  });
  if (added.length === 0) return {};
  const encodings = [...known, ...added];
  return { encodings, encodedBy: [...new Set(encodings.map(({ model }) => model))] };
}

/** Adds the images of several parcels to a sum. @param parcels Number of parcels with these counts. */
export function addCounts(sum: ImageCounts, counts: string, parcels: number): ImageCounts {
  if (counts === "") return sum;
  const numbers = parseStored<Numbers>(counts, "A count of images");
  const next = { ...sum };
  for (const state of imageStates) {
    next[state] += numbers[state] * parcels;
    next.total += numbers[state] * parcels;
  }
  return next;
}

/** Images by state. @param parcels Number of parcels with this tally. */
export function talliesOf(tally: string, parcels: number): ImageTally[] {
  if (tally === "") return [];
  const { model, day, numbers } = parseStored<TallyKey>(tally, "A tally");
  return imageStates
    .filter((state) => numbers[state] > 0)
    .map((state) => ({ model, day, state, images: numbers[state] * parcels }));
}

/** Sorts by job, then by index: a space sorts before every character of an id. */
export function deadLetterPlace(jobId: string, index: number): string {
  return `${jobId} ${String(index).padStart(INDEX_DIGITS, "0")}`;
}

interface TallyKey extends OfJob {
  readonly numbers: Numbers;
}

function numbersOf(images: readonly JobImage[]): Numbers {
  const numbers = { pending: 0, running: 0, done: 0, failed: 0 };
  for (const { state } of images) numbers[state]++;
  return numbers;
}
