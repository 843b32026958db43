/** The search of an erasure asks for several sessions at once, and not for all. */
import { setImmediate as turn } from "node:timers/promises";
import { expect, it } from "vitest";
import { addMembers } from "../../lib/erasure/members.ts";
import { remainingOf } from "../../lib/erasure/remaining.ts";
import type { Backends } from "../../lib/ports/backends.ts";

const SESSIONS = Array.from({ length: 40 }, (_, n) => `session${String(n).padStart(2, "0")}`);
const target = { owner: "owner", keyIds: [], keepsKeys: false };

/** Answers one question after the other, once no more are asked. */
function slowStore() {
  const waiting: (() => void)[] = [];
  let most = 0;
  let isAnswering = false;
  const answer = async () => {
    for (isAnswering = true; waiting.length > 0; ) {
      for (let n = 0; n < 5; n++) await turn();
      most = Math.max(most, waiting.length);
      waiting.shift()?.();
    }
    isAnswering = false;
  };
  const ask = async <T>(result: T): Promise<T> => {
    const { promise, resolve } = Promise.withResolvers<void>();
    waiting.push(resolve);
    if (!isAnswering) answer();
    await promise;
    return result;
  };
  return { ask, most: () => most };
}

async function* pagesOf(ids: readonly string[]) {
  if (ids.length > 0) yield ids;
}

it("counts the events of several sessions at once", async () => {
  const { ask, most } = slowStore();
  const backends = {
    ownerData: { countAccess: async () => ({}), count: async () => ({}), countOfJobs: async () => ({}) },
    log: { countOf: (owner: string) => ask(Number(owner.slice(-2))) },
    queue: { jobsWithTasks: async () => new Set() },
  } as unknown as Backends;
  const members = { owners: () => pagesOf(SESSIONS), jobs: () => pagesOf([]) };
  expect(await remainingOf(backends, target, members)).toEqual({ events: (39 * 40) / 2 });
  expect(most()).toBe(8);
});

it("lists the jobs of several sessions at once, of each all, in order", async () => {
  const { ask, most } = slowStore();
  const added: string[] = [];
  const listJobs = ({ filter: { owner }, cursor }: { filter: { owner: string }; cursor?: string }) =>
    ask({ items: [{ id: `${owner}.${cursor ?? "a"}` }], ...(!cursor && { nextCursor: "b" }) });
  const backends = {
    store: { listJobs },
    ownerData: { sessionsOf: async () => SESSIONS },
    erasures: {
      addMembers: async (_id: string, kind: string, ids: readonly string[]) => {
        if (kind === "jobs") added.push(...ids);
      },
      members: async () => SESSIONS,
    },
  } as unknown as Backends;
  await addMembers(backends, "erasure", target);
  expect(added).toEqual(["owner", ...SESSIONS].flatMap((owner) => [`${owner}.a`, `${owner}.b`]));
  expect(most()).toBeGreaterThan(6);
  // The next page of one session besides.
  expect(most()).toBeLessThan(10);
});
