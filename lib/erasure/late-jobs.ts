import { type CloudEvent, isJobCreated } from "../jobs/events.ts";
import type { SessionStore } from "../ports/session-store.ts";
import { isErased } from "../sessions/owner.ts";

/**
 * Finds jobs that came into being after everything of their owner was erased: the insertion took effect after its
 * request had given up, or its node died before it could check.
 * @param events Published events, some of them of jobs.
 * @param eraseAgain Called with the owner of such a job. Resolves once the erasure is stored.
 */
export async function eraseLateJobs(
  events: readonly CloudEvent[],
  sessions: Pick<SessionStore, "exists">,
  eraseAgain: (owner: string) => Promise<unknown>,
): Promise<void> {
  const owners = new Set(events.filter(isJobCreated).flatMap(({ owner }) => owner ?? []));
  const eraseIfErased = async (owner: string) => (await isErased(sessions, owner)) && eraseAgain(owner);
  await Promise.all(Array.from(owners, eraseIfErased));
}
