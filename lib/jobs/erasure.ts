/** Erases all jobs of an owner and their events in the log. */
import { type Clock, pause, systemClock } from "../clock.ts";
import type { Backends } from "../ports/backends.ts";
import type { EventLog } from "../ports/event-log.ts";
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
 * Removes the owner's jobs with their images, results and events. Safe to run concurrently.
 * @throws Error if the events could not be removed in time, or the reason of `signal`; another call continues.
 */
export async function eraseJobs(
  backends: Backends,
  manager: JobManager,
  owner: string,
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
  for (;;) {
    signal?.throwIfAborted();
    const { items } = await store.listJobs({ filter: { owner }, limit: PAGE });
    const ids = items.map(({ id }) => id);
    await onListed(ids);
    await Promise.all(ids.map((id) => manager.deleteListed(id)));
    if (ids.length > 0) pages.push(ids);
    if (items.length < PAGE) break;
  }
  const last = pages.at(-1);
  // Events stored before the last deletions are published before them.
  for (const id of last ?? []) await untilPublished(store, log, id, clock);
  // An earlier call, which failed, may have removed the jobs.
  if (!last) await untilNoneUnpublished(store, owner, clock);
  // The webhook dispatcher may not have read in the log yet that these jobs are gone, and will not find it there.
  const gone = leavesWebhooks ? [] : [...new Set([...pages.flat(), ...(await deletedJobs(backends, owner))])];
  const removeWebhooks = async () => {
    if (leavesWebhooks) return;
    // Also without jobs: a page of events that the dispatcher has read before may be about the owner's.
    for (let n = 0; n === 0 || n < gone.length; n += WEBHOOKS_PAGE)
      await webhooks.removeJobs(gone.slice(n, n + WEBHOOKS_PAGE));
  };
  // Before, because a call after a crash does not find these jobs any more; afterwards, because until then the
  // dispatcher may read the events once more.
  await removeWebhooks();
  await log.erase(owner);
  await removeWebhooks();
  for (const id of pages.flat()) onErased(id);
}

/** The owner's deleted jobs that may still have webhooks. The jobs' last events must be in the log. */
async function deletedJobs({ log, webhooks }: Backends, owner: string): Promise<string[]> {
  const { sequence } = await webhooks.position();
  const ids: string[] = [];
  // A log that was restored from a backup, and ends earlier, is read from its beginning, as the dispatcher does.
  for (let after = sequence <= (await log.lastSequence()) ? sequence : 0; ; ) {
    const page = await log.read({ after, limit: EVENTS_PAGE, owner });
    const last = page.at(-1);
    if (!last) return ids;
    for (const { event } of page) if (isJobDeleted(event)) ids.push(jobIdOf(event));
    after = last.sequence;
  }
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

/** Waits until the store has no more unpublished events of the owner among the next ones. */
async function untilNoneUnpublished(store: Backends["store"], owner: string, clock: Clock): Promise<void> {
  const deadline = clock.steady() + PUBLISHED_WITHIN_MS;
  while ((await store.unpublishedEvents(OUTBOX_PAGE)).some((event) => event.owner === owner)) {
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
