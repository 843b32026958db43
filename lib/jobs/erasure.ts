/** Erases all jobs of owners and their events in the log. */
import type { Backends } from "../ports/backends.ts";
import type { EventLog, LoggedEvent } from "../ports/event-log.ts";
import { type Clock, pause, systemClock } from "../time/clock.ts";
import { readEvents } from "./event-reader.ts";
import { isJobDeleted, jobIdOf } from "./events.ts";
import type { JobManager } from "./job-manager.ts";

/** Number of jobs that are removed at the same time. */
const PAGE = 50;
const EVENTS_PAGE = 100;
const WEBHOOKS_PAGE = 500;
const OUTBOX_PAGE = 1000;
const OUTBOX_POLL_MS = 100;
/** Events are normally published within milliseconds. After this time, the caller gets an error. */
const PUBLISHED_WITHIN_MS = 10_000;

export interface JobErasureOptions {
  /** Called with the ids of jobs before they are removed. */
  readonly onListed?: (ids: readonly string[]) => Promise<void>;
  /** Called with the id of each job once everything of it is removed. */
  readonly onErased?: (id: string) => void;
  /** For callers that remove the webhooks of all jobs by themselves, also of those that were deleted before. */
  readonly leavesWebhooks?: true;
  readonly clock?: Clock;
  /** Ends the call between two pages of jobs, with its reason. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Removes the owners' jobs with their images, results and events. Safe to run concurrently.
 * @throws Error if the events could not be removed in time, or the reason of `signal`; another call continues.
 */
export async function eraseJobs(
  backends: Backends,
  manager: JobManager,
  owners: readonly string[],
  {
    onListed = async () => {},
    onErased = () => {},
    leavesWebhooks,
    clock = systemClock,
    signal,
  }: JobErasureOptions = {},
): Promise<void> {
  const { store, log, webhooks } = backends;
  const pages: string[][] = [];
  const withoutJobs = new Set(owners);
  for (const owner of owners)
    for (;;) {
      signal?.throwIfAborted();
      const { items } = await store.listJobs({ filter: { owner }, limit: PAGE });
      const ids = items.map(({ id }) => id);
      await onListed(ids);
      await Promise.all(ids.map((id) => manager.deleteListed(id)));
      if (ids.length > 0) {
        pages.push(ids);
        withoutJobs.delete(owner);
      }
      if (items.length < PAGE) break;
    }
  // Events stored before the last deletions are published before them.
  for (const id of pages.at(-1) ?? []) await untilPublished(store, log, id, clock);
  // An earlier call, which failed, may have removed the jobs.
  if (withoutJobs.size > 0) await untilNoneUnpublished(store, [...withoutJobs], clock);
  // The webhook dispatcher may not have read in the log yet that these jobs are gone, and will not find it there.
  const gone = leavesWebhooks ? [] : [...new Set([...pages.flat(), ...(await deletedJobs(backends, owners))])];
  const removeWebhooks = async () => {
    if (leavesWebhooks) return;
    // Also without jobs: a page of events that the dispatcher has read before may be about the owners'.
    for (let n = 0; n === 0 || n < gone.length; n += WEBHOOKS_PAGE)
      await webhooks.removeJobs(gone.slice(n, n + WEBHOOKS_PAGE));
  };
  // Before, because a call after a crash does not find these jobs any more; afterwards, because until then the
  // dispatcher may read the events once more.
  await removeWebhooks();
  await log.erase(owners);
  await removeWebhooks();
  for (const id of pages.flat()) onErased(id);
}

/** The owners' deleted jobs that may still have webhooks. The jobs' last events must be in the log. */
async function deletedJobs({ log, webhooks }: Backends, owners: readonly string[]): Promise<string[]> {
  const { sequence } = await webhooks.position();
  // A log that was restored from a backup, and ends earlier, is read from its beginning, as the dispatcher does.
  const from = sequence <= (await log.lastSequence()) ? sequence : 0;
  const ids: string[] = [];
  for (const owner of owners)
    for (let after: number | undefined = from; after !== undefined; ) {
      const page: LoggedEvent[] = await log.read({ after, limit: EVENTS_PAGE, owner });
      for (const { event } of page) if (isJobDeleted(event)) ids.push(jobIdOf(event));
      after = page.at(-1)?.sequence;
    }
  return ids;
}

/** Waits until the job's last event is in the log or was erased from it by a concurrent call. */
async function untilPublished(store: Backends["store"], log: EventLog, jobId: string, clock: Clock): Promise<void> {
  const deadline = clock.steady() + PUBLISHED_WITHIN_MS;
  for (let after = 0; clock.steady() < deadline; ) {
    const { items, next } = await readEvents(log, { after, limit: EVENTS_PAGE, jobId }, OUTBOX_POLL_MS, clock);
    if (items.some(({ event }) => isJobDeleted(event))) return;
    if (items.length === 0 && (await isPublished(store, jobId))) return;
    after = next;
  }
  throw notPublished();
}

/** Waits until the store has no more unpublished events of the owners. */
async function untilNoneUnpublished(store: Backends["store"], owners: readonly string[], clock: Clock): Promise<void> {
  const deadline = clock.steady() + PUBLISHED_WITHIN_MS;
  while (await store.hasUnpublishedEvents(owners)) {
    if (clock.steady() >= deadline) throw notPublished();
    await pause(clock, OUTBOX_POLL_MS);
  }
}

function notPublished(): Error {
  return new Error("The events of deleted jobs were not published in time.");
}

/** Whether all events of the job are published. Also false if there are too many unpublished events to tell. */
async function isPublished(store: Backends["store"], jobId: string): Promise<boolean> {
  const events = await store.unpublishedEvents(OUTBOX_PAGE);
  return events.length < OUTBOX_PAGE && events.every(({ data }) => data.jobId !== jobId);
}
