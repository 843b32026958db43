/**
 * The owners and jobs of an erasure, in pages, because there may be hundreds of thousands. An aborted signal ends the
 * reading before the next page, with its reason.
 */
import { pMapIterable } from "p-map";
import type { Backends } from "../ports/backends.ts";
import type { ErasureTarget, MemberKind, MemberPage } from "../ports/erasure-store.ts";

const PAGE = 200;
/** Owners whose jobs are listed at once: most are sessions with few jobs or none. */
const LISTED_AT_ONCE = 8;

type Pages = AsyncIterable<readonly string[]>;

export interface Members {
  /** The owner of the keys first, then the sessions that were opened with them. */
  owners(): Pages;
  jobs(): Pages;
}

/** The members as the stores have them now. */
export function presentMembers(backends: Backends, target: ErasureTarget, signal?: AbortSignal): Members {
  const owners = () => following([target.owner], (page) => backends.ownerData.sessionsOf(target.keyIds, page), signal);
  return { owners, jobs: () => jobsOf(backends, owners(), signal) };
}

/** The members that `addMembers` has stored with the erasure. */
export function storedMembers(
  { erasures }: Backends,
  erasureId: string,
  target: ErasureTarget,
  signal?: AbortSignal,
): Members {
  const read = (kind: MemberKind) => (page: MemberPage) => erasures.members(erasureId, kind, page);
  return {
    owners: () => following([target.owner], read("sessions"), signal),
    jobs: () => following([], read("jobs"), signal),
  };
}

/** Adds all present members of the target to those that are stored with the erasure. */
export async function addMembers(
  backends: Backends,
  erasureId: string,
  target: ErasureTarget,
  signal?: AbortSignal,
): Promise<void> {
  const { erasures } = backends;
  for await (const ids of presentMembers(backends, target, signal).owners())
    await erasures.addMembers(
      erasureId,
      "sessions",
      ids.filter((id) => id !== target.owner),
    );
  // Includes the jobs of sessions that are gone.
  const { owners } = storedMembers(backends, erasureId, target, signal);
  for await (const ids of jobsOf(backends, owners(), signal)) await erasures.addMembers(erasureId, "jobs", ids);
}

async function* jobsOf(
  { store }: Backends,
  owners: Pages,
  signal: AbortSignal | undefined,
): AsyncGenerator<string[], void, void> {
  const list = (owner: string, cursor?: string) => {
    signal?.throwIfAborted();
    return store.listJobs({ filter: { owner }, limit: PAGE, ...(cursor && { cursor }) });
  };
  const first = async (owner: string) => ({ owner, jobs: await list(owner) });
  for await (const page of owners)
    for await (let { owner, jobs } of pMapIterable(page, first, { concurrency: LISTED_AT_ONCE }))
      for (;;) {
        if (jobs.items.length > 0) yield jobs.items.map(({ id }) => id);
        if (!jobs.nextCursor) break;
        jobs = await list(owner, jobs.nextCursor);
      }
}

async function* following(
  first: readonly string[],
  read: (page: MemberPage) => Promise<string[]>,
  signal: AbortSignal | undefined,
): AsyncGenerator<readonly string[], void, void> {
  if (first.length > 0) yield first;
  for (let after: string | undefined; ; ) {
    signal?.throwIfAborted();
    const ids = await read({ limit: PAGE, ...(after !== undefined && { after }) });
    if (ids.length > 0) yield ids;
    if (ids.length < PAGE) return;
    after = ids.at(-1);
  }
}
