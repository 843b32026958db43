import type { Task } from "../../lib/ports/task-queue.ts";

/** A task for one image, which is a parcel by itself. */
export function taskOf(jobId: string, parcel: number, more: Partial<Task> = {}): Task {
  return { jobId, parcel, images: 1, priority: 5, ...more };
}

/** The tasks of a job's first images. */
export function tasksOf(jobId: string, count: number, more: Partial<Task> = {}): Task[] {
  return Array.from({ length: count }, (_, parcel) => taskOf(jobId, parcel, more));
}

export function nameOf({ jobId, parcel }: Task): string {
  return `${jobId}${parcel}`;
}
