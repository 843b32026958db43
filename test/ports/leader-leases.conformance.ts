import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { LeaderLeases } from "../../lib/ports/leader-leases.ts";
import type { Opened } from "./opened.ts";

/** What is true for a node that is alone; `test/cluster/mongo-races.test.ts` has what is true between nodes. */
export function leaderLeasesConformance(name: string, open: () => Promise<Opened<LeaderLeases>>): void {
  describe(`LeaderLeases: ${name}`, () => {
    let opened: Opened<LeaderLeases>;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    test("are taken, kept and given up", async () => {
      const leaderLeases = opened.port;
      for (const _ of [1, 2, 3]) expect(await leaderLeases.acquire("publish", 60_000)).toBe(true);
      expect(await leaderLeases.acquire("sweep", 60_000)).toBe(true);
      await leaderLeases.release("publish");
      await leaderLeases.release("publish");
      expect(await leaderLeases.acquire("publish", 60_000)).toBe(true);
    });

    test("can be had again after a restart, once their time is over", async () => {
      expect(await opened.port.acquire("publish", 50)).toBe(true);
      const leaderLeases = await opened.reopen();
      await expect.poll(() => leaderLeases.acquire("publish", 50)).toBe(true);
    });
  });
}
