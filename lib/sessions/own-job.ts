import { jobNotFound } from "../errors.ts";
import type { JobStore } from "../ports/job-store.ts";
import { isInScope, readableScopeOf, tellJobOwner } from "./owner.ts";

/** Where jobs are looked up that calls name. */
export type JobLookup = Pick<JobStore, "getJob">;

/**
 * Requires a job of the caller's or, from an administrator, anybody's; the job of another counts as missing.
 * @param named The job's id, and whether the call is also for one that is gone, which is nobody's.
 * @throws JOB_NOT_FOUND
 */
export async function requireOwnJob(
  context: { readonly meta: object },
  store: JobLookup,
  { id, mayBeGone }: { readonly id: string; readonly mayBeGone: boolean },
): Promise<void> {
  const job = await store.getJob(id);
  if (!job && mayBeGone) return;
  if (!job || !isInScope(job, readableScopeOf(context))) throw jobNotFound(id);
  tellJobOwner(context, job.owner);
}
