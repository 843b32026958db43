/** The end of all jobs of an owner, and of what the event log has of them. */
import type { Backends } from "../ports/backends.ts";
import type { EventLog } from "../ports/event-log.ts";
import { readEvents } from "./event-reader.ts";
import { isJobDeleted } from "./events.ts";
import type { JobDesk } from "./job-desk.ts";

const PAGE = 100;
/** Events are published within milliseconds; after this time something is amiss, and the caller is told. */
const PUBLISHED_WITHIN_MS = 10_000;

/**
 * Removes the owner's jobs with pictures, results and events.
 * @returns the ids of the jobs. @throws Error if the events could not be removed in time; calling again goes on.
 */
export async function eraseJobs({ store, log }: Backends, desk: JobDesk, owner: string): Promise<string[]> {
  const ids: string[] = [];
  for (;;) {
    const { items } = await store.listJobs({ filter: { owner }, limit: PAGE });
    for (const { id } of items) {
      await desk.delete(id);
      ids.push(id);
    }
    if (items.length < PAGE) break;
  }
  // What was stored before the last deletion is published before it.
  const last = ids.at(-1);
  if (last) await published(log, last);
  await log.erase(owner);
  return ids;
}

/** Waits until the log has the job's last event. */
async function published(log: EventLog, jobId: string): Promise<void> {
  const deadline = Date.now() + PUBLISHED_WITHIN_MS;
  for (let after = 0; Date.now() < deadline; ) {
    const { items, next } = await readEvents(log, { after, limit: PAGE, jobId }, deadline - Date.now());
    if (items.some(({ event }) => isJobDeleted(event))) return;
    after = next;
  }
  throw new Error("The events of deleted jobs were not published in time.");
}
