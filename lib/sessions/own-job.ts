import { jobNotFound } from "../errors.ts";
import type { JobStore } from "../ports/job-store.ts";
import { isInScope, readableScopeOf, tellJobOwner } from "./owner.ts";

/** Looks up the jobs that calls name. */
export type JobLookup = Pick<JobStore, "getJob">;

/**
 * Requires that the job is the caller's; an administrator may name any job. The job of another owner counts as missing.
 * @param named The job's id, and whether the call may name a job that is gone.
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
