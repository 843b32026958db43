import { LRUCache } from "lru-cache";
import type { Job } from "./job.ts";

/**
 * Images that are claimed together are done after about this time, so that other jobs and a deadline wait no longer.
 */
const SLICE_MS = 500;
/** Assumed while no image with these models was timed, in milliseconds for one. */
const FIRST_GUESS_MS = 30;
const WEIGHT_OF_NEWEST = 0.5;
const REMEMBERED = 1000;

/** How many images of a job are claimed at once, by the time that its images took lately. */
export class Pace {
  readonly #ofJobs = new LRUCache<string, number>({ max: REMEMBERED });
  /** Of the last job with these models: what a new job begins with. */
  readonly #ofModels = new LRUCache<string, number>({ max: REMEMBERED });

  /** At least 1. */
  imagesAtOnce({ id, model }: Pick<Job, "id" | "model">): number {
    const msPerImage = this.#ofJobs.get(id) ?? this.#ofModels.get(model) ?? FIRST_GUESS_MS;
    return Math.max(1, Math.floor(SLICE_MS / msPerImage));
  }

  /** Images that were processed together, and the time until all were done. */
  note({ id, model }: Pick<Job, "id" | "model">, images: number, ms: number): void {
    const newest = ms / images;
    const before = this.#ofJobs.get(id) ?? newest;
    const msPerImage = before + WEIGHT_OF_NEWEST * (newest - before);
    this.#ofJobs.set(id, msPerImage);
    this.#ofModels.set(model, msPerImage);
  }
}
