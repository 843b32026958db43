import type { Task } from "../ports/task-queue.ts";
import type { JobImage } from "./job.ts";
import { isFor } from "./tasks.ts";

/** Images of a task that became `pending` again while it was handled. */
export class Retries {
  /** Suspects that are tried alone, by tasks of their own. */
  readonly alone: JobImage[] = [];
  /** Images that this task tries again after a pause. */
  readonly later: JobImage[] = [];
  readonly #task: Task;

  constructor(task: Task, images: readonly JobImage[]) {
    this.#task = task;
    this.add(images);
  }

  add(images: readonly JobImage[]): void {
    for (const image of images) {
      if (image.state !== "pending" || this.has(image)) continue;
      (isFor(this.#task, image) ? this.later : this.alone).push(image);
    }
  }

  has({ index }: JobImage): boolean {
    return [...this.alone, ...this.later].some((image) => image.index === index);
  }
}
