/**
 * Bytes that uploads hold in jobs, see `JobStore.holdBytes`. They are a part of the bytes that the job's document
 * counts.
 */
import type { JobDocument } from "./documents.ts";

/**
 * Maximum uploads that a job remembers: many more than may be in progress. Uploads that failed, or whose gateway died,
 * stay in the list. Bytes of an upload that is forgotten count as long as the job's images do.
 */
const MOST_HELD = 1000;

type Counted = Pick<JobDocument, "imageBytes" | "held">;

/** Fields that count the bytes in place of those that the upload held. */
export function holding(document: Counted, upload: string, bytes: number): Counted {
  const { imageBytes, held = [] } = released(document, upload);
  return { imageBytes: imageBytes + bytes, held: [...held, { upload, bytes }].slice(-MOST_HELD) };
}

/** Fields without the bytes that the upload held. */
export function released({ imageBytes = 0, held = [] }: Partial<Counted>, upload: string): Counted {
  const own = held.filter((one) => one.upload === upload);
  const bytes = own.reduce((sum, one) => sum + one.bytes, 0);
  return { imageBytes: imageBytes - bytes, held: held.filter((one) => one.upload !== upload) };
}

export function holds({ held = [] }: Counted, upload: string): boolean {
  return held.some((one) => one.upload === upload);
}
