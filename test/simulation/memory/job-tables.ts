/** What a database has of jobs, shared by the stores of all nodes. */
import type { CloudEvent } from "../../../lib/jobs/events.ts";
import type { ImageCounts, Job, JobImage } from "../../../lib/jobs/job.ts";
import { parcelsOf } from "../../../lib/jobs/parcel.ts";
import { IdempotencyTable } from "./idempotency-table.ts";

/** Is told of each change when it is made. */
export interface TableObserver {
  jobInserted?(job: Job, images: readonly JobImage[], idempotencyKey: string | undefined): void;
  imagesAdded?(job: Job, images: readonly JobImage[]): void;
  jobMoved?(before: Job, after: Job): void;
  jobDeleted?(job: Job): void;
  imageMoved?(before: JobImage, after: JobImage): void;
  eventsStored?(events: readonly CloudEvent[]): void;
}

export interface JobRow {
  job: Job;
  /** By the number of the parcel; replaced as a whole with each change. */
  readonly parcels: Map<number, readonly JobImage[]>;
  /** Bytes of uploads in progress, and of those that failed. */
  readonly held: Map<string, number>;
}

export class JobTables {
  readonly jobs = new Map<string, JobRow>();
  /** In the order in which they were stored. */
  readonly outbox = new Map<string, CloudEvent>();
  readonly keys = new IdempotencyTable();
  observer: TableObserver = {};

  imagesOf(jobId: string): JobImage[] {
    return [...(this.jobs.get(jobId)?.parcels.values() ?? [])].flat();
  }

  store(events: readonly CloudEvent[]): void {
    for (const event of events) this.outbox.set(event.id, event);
    this.observer.eventsStored?.(events);
  }

  putImages({ parcels }: JobRow, images: readonly JobImage[]): void {
    for (const [parcel, ofParcel] of parcelsOf(images)) parcels.set(parcel, ofParcel);
  }
}

export function countsOf(images: readonly JobImage[]): ImageCounts {
  const counts = { total: images.length, pending: 0, running: 0, done: 0, failed: 0 };
  for (const { state } of images) counts[state]++;
  return counts;
}
