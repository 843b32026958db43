import { LRUCache } from "lru-cache";

/** Images that are claimed together are done after about this time, so that other jobs and a deadline wait no longer. */
const SLICE_MS = 500;
/** Assumed for a job whose images have not been timed yet, in milliseconds for one. */
const FIRST_GUESS_MS = 30;
/** Weight of the newest measurement. */
const NEWEST = 0.5;
const REMEMBERED_JOBS = 1000;

/** How many images of a job are claimed at once, by the time that its images took lately. */
export class Pace {
  readonly #msPerImage = new LRUCache<string, number>({ max: REMEMBERED_JOBS });

  /** At least 1. */
  imagesAtOnce(jobId: string): number {
    return Math.max(1, Math.floor(SLICE_MS / (this.#msPerImage.get(jobId) ?? FIRST_GUESS_MS)));
  }

  /** Images that were processed together, and the time until all were done. */
  note(jobId: string, images: number, ms: number): void {
    const newest = ms / images;
    const before = this.#msPerImage.get(jobId) ?? newest;
    this.#msPerImage.set(jobId, before + NEWEST * (newest - before));
  }
}
