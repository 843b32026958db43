/** Erases all jobs of an owner and their events in the log. */
import type { Backends } from "../ports/backends.ts";
import type { EventLog } from "../ports/event-log.ts";
import { readEvents } from "./event-reader.ts";
import { isJobDeleted } from "./events.ts";
import type { JobManager } from "./job-manager.ts";

const PAGE = 100;
const OUTBOX_PAGE = 1000;
const OUTBOX_POLL_MS = 100;
/** Events are normally published within milliseconds. After this time, report an error to the caller. */
const PUBLISHED_WITHIN_MS = 10_000;

/**
 * Removes the owner's jobs with their images, results and events. Safe to run concurrently.
 * @param onListed Is told of jobs before they are removed.
 * @returns the ids of the jobs.
 * @throws Error if the events could not be removed in time; another call continues.
 */
export async function eraseJobs(
  { store, log, webhooks }: Backends,
  manager: JobManager,
  owner: string,
  onListed: (ids: readonly string[]) => Promise<void> = async () => {},
): Promise<string[]> {
  const ids: string[] = [];
  let [last, lastOfOthers]: (string | undefined)[] = [];
  for (;;) {
    const { items } = await store.listJobs({ filter: { owner }, limit: PAGE });
    await onListed(items.map(({ id }) => id));
    for (const { id } of items) {
      ids.push(id);
      if (await manager.deleteListed(id)) last = id;
      else lastOfOthers = id;
    }
    if (items.length < PAGE) break;
  }
  // Events stored before the last deletion are published before it.
  for (const id of [last, lastOfOthers]) if (id) await published(store, log, id);
  await log.erase(owner);
  // Whoever delivers webhooks may not have read in the log that the jobs are gone.
  await webhooks.removeJobs(ids);
  return ids;
}

/** Waits until the job's last event is in the log or was erased from it by a concurrent call. */
async function published(store: Backends["store"], log: EventLog, jobId: string): Promise<void> {
  const deadline = Date.now() + PUBLISHED_WITHIN_MS;
  for (let after = 0; Date.now() < deadline; ) {
    const { items, next } = await readEvents(log, { after, limit: PAGE, jobId }, OUTBOX_POLL_MS);
    if (items.some(({ event }) => isJobDeleted(event))) return;
    if (items.length === 0 && (await hasLeftOutbox(store, jobId))) return;
    after = next;
  }
  throw new Error("The events of deleted jobs were not published in time.");
}

/** Whether no event of the job is unpublished. Also false if there are too many unpublished events to tell. */
async function hasLeftOutbox(store: Backends["store"], jobId: string): Promise<boolean> {
  const events = await store.unpublishedEvents(OUTBOX_PAGE);
  return events.length < OUTBOX_PAGE && events.every(({ data }) => data.jobId !== jobId);
}
