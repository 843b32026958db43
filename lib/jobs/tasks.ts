/** Tasks of a job. Pure. */
import type { Task } from "../ports/task-queue.ts";
import type { Job, JobImage } from "./job.ts";
import { parcelsOf } from "./parcel.ts";

/** The tasks for pending images: one for each parcel, and one for each suspect. */
export function tasksFor(job: Job, images: readonly JobImage[]): Task[] {
  const parcels = parcelsOf(images.filter(({ suspect }) => !suspect));
  const ofParcels = Array.from(parcels, ([parcel, { length }]) => ({ ...common(job), parcel, images: length }));
  return [...ofParcels, ...images.filter(({ suspect }) => suspect).map((image) => taskAlone(job, image))];
}

/** Whether the task is for the image. Suspects are tried alone, by tasks of their own. */
export function isFor({ image }: Task, { index, suspect }: JobImage): boolean {
  return image === undefined ? !suspect : index === image;
}

/**
 * Selects the task's images in a run of the job. If the job was retried after it was read, images of the new run have
 * tasks of their own, and must not be started before the job is.
 */
export function belongsTo(task: Task, run: number): (image: JobImage) => boolean {
  return (image) => image.run === run && isFor(task, image);
}

function taskAlone(job: Job, { parcel, index }: JobImage): Task {
  return { ...common(job), parcel, image: index, images: 1, exclusive: true };
}

function common({ id, priority, owner }: Job) {
  return { jobId: id, priority, ...(owner !== undefined && { owner }) };
}
