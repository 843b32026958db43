import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Duties } from "../../lib/ports/duties.ts";
import type { Opened } from "./opened.ts";

/** What holds for a node that is alone; `test/cluster/duties.test.ts` has what holds between nodes. */
export function dutiesConformance(name: string, open: () => Promise<Opened<Duties>>): void {
  describe(`Duties: ${name}`, () => {
    let opened: Opened<Duties>;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    test("are taken, kept and given up", async () => {
      const duties = opened.port;
      for (const _ of [1, 2, 3]) expect(await duties.hold("publish", 60_000)).toBe(true);
      expect(await duties.hold("sweep", 60_000)).toBe(true);
      await duties.release("publish");
      await duties.release("publish");
      expect(await duties.hold("publish", 60_000)).toBe(true);
    });

    test("can be had again after a restart, once their time is over", async () => {
      expect(await opened.port.hold("publish", 50)).toBe(true);
      const duties = await opened.reopen();
      await expect.poll(() => duties.hold("publish", 50)).toBe(true);
    });
  });
}
