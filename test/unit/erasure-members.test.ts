import { expect, test } from "vitest";
import { presentMembers } from "../../lib/erasure/members.ts";
import type { Backends } from "../../lib/ports/backends.ts";

const target = { owner: "owner", keyIds: ["key"], keepsKeys: false };
const PAGE = Array.from({ length: 1_000 }, (_, n) => `id${n}`);

/** Stores that have ever more; all reads fail after a hundred. */
function endless(): Backends {
  let reads = 0;
  const read = <T>(page: T) => {
    if (++reads > 100) throw new Error("It reads on.");
    return Promise.resolve(page);
  };
  const ownerData = { sessionsOf: (_keys: unknown, { limit }: { limit: number }) => read(PAGE.slice(0, limit)) };
  const store = { listJobs: () => read({ items: PAGE.map((id) => ({ id })), nextCursor: "next" }) };
  return { ownerData, store } as unknown as Backends;
}

test.each(["owners", "jobs"] as const)(
  "the reading of %s ends before the next page when it is to end",
  async (kind) => {
    const ending = new AbortController();
    let pages = 0;
    const read = async () => {
      for await (const _ of presentMembers(endless(), target, ending.signal)[kind]()) {
        if (++pages === 3) ending.abort(new Error("It ends."));
      }
    };
    await expect(read()).rejects.toThrow("It ends.");
    expect(pages).toBe(3);
  },
);
