import { LRUCache } from "lru-cache";
import type { Job } from "./job.ts";

/** Images that are claimed together take about this time, so that other jobs and deadlines do not wait longer. */
const SLICE_MS = 500;
/** Assumed milliseconds of one image while no image with the same models was timed. */
const FIRST_GUESS_MS = 30;
const WEIGHT_OF_NEWEST = 0.5;
const REMEMBERED = 1000;

/** Number of images of a job that are claimed at once, based on the recent time of its images. */
export class Pace {
  readonly #ofJobs = new LRUCache<string, number>({ max: REMEMBERED });
  /** Milliseconds per image of the last job with the same models, with which a new job begins. */
  readonly #ofModels = new LRUCache<string, number>({ max: REMEMBERED });

  /** Number of images to claim at once, at least 1. */
  imagesAtOnce({ id, model }: Pick<Job, "id" | "model">): number {
    const msPerImage = this.#ofJobs.get(id) ?? this.#ofModels.get(model) ?? FIRST_GUESS_MS;
    return Math.max(1, Math.floor(SLICE_MS / msPerImage));
  }

  /** Records images that were processed together, and the time until all were done. */
  note({ id, model }: Pick<Job, "id" | "model">, images: number, ms: number): void {
    const newest = ms / images;
    const before = this.#ofJobs.get(id) ?? newest;
    const msPerImage = before + WEIGHT_OF_NEWEST * (newest - before);
    this.#ofJobs.set(id, msPerImage);
    this.#ofModels.set(model, msPerImage);
  }
}
