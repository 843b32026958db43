import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { PointsRequest, RateCounters } from "../../lib/ports/rate-counters.ts";
import type { Opened } from "./opened.ts";

const MINUTE = 60_000;

/** @param another Opens the same storage once more, as another node does; without it there is only one. */
export function rateCountersConformance(
  name: string,
  open: () => Promise<Opened<RateCounters> & { another?(): Promise<RateCounters> }>,
): void {
  describe(`RateCounters: ${name}`, () => {
    let opened: Awaited<ReturnType<typeof open>>;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());
    const request = (more: Partial<PointsRequest> = {}) => ({
      name: "requests:a",
      points: 1,
      limit: 3,
      windowMs: MINUTE,
      ...more,
    });
    const take = async (more: Partial<PointsRequest> = {}) => {
      const { granted, left } = await opened.port.take(request(more));
      return [granted, left];
    };

    test("grant points up to the limit, and tell what is left", async () => {
      expect([await take(), await take(), await take(), await take()]).toEqual([
        [1, 2],
        [1, 1],
        [1, 0],
        [0, 0],
      ]);
    });

    test("grant as many of a portion as are left", async () => {
      expect(await take({ points: 2 })).toEqual([2, 1]);
      expect(await take({ points: 2 })).toEqual([1, 0]);
      expect(await take({ points: 2 })).toEqual([0, 0]);
    });

    test("grant what a portion that was too large at first would have left", async () => {
      expect(await take({ points: 10 })).toEqual([3, 0]);
    });

    test("grant none of a portion of which fewer are left than are of use", async () => {
      expect(await take({ points: 4, least: 4 })).toEqual([0, 3]);
      expect(await take({ points: 2, least: 2 })).toEqual([2, 1]);
      expect(await take({ points: 3, least: 2 })).toEqual([0, 1]);
      expect(await take({ points: 3, least: 1 })).toEqual([1, 0]);
      expect(await take({ points: 3, least: 2 })).toEqual([0, 0]);
    });

    test("count each name by itself", async () => {
      expect(await take({ points: 3 })).toEqual([3, 0]);
      expect(await take({ name: "requests:b" })).toEqual([1, 2]);
      expect(await take({ name: "images:a" })).toEqual([1, 2]);
    });

    test("tell without taking anything", async () => {
      expect(await take({ points: 0 })).toEqual([0, 3]);
      expect(await take({ points: 0 })).toEqual([0, 3]);
    });

    test("say when the window ends", async () => {
      const { resetMs: first } = await opened.port.take(request());
      expect(first).toBeGreaterThan(MINUTE / 2);
      expect(first).toBeLessThan(MINUTE + 1);
      const { resetMs: next } = await opened.port.take(request());
      expect(next).toBeLessThanOrEqual(first);
    });

    test("begin anew when the window has ended", async () => {
      const brief = { windowMs: 100, points: 3 };
      expect((await take(brief))[0]).toBe(3);
      await expect.poll(() => take(brief)).toEqual([3, 0]);
    });

    test("never grant more than the limit to all who ask at once, also as a window begins", async () => {
      const other = (await opened.another?.()) ?? opened.port;
      const asked = Array.from({ length: 60 }, (_, index) =>
        (index % 2 === 0 ? opened.port : other).take(request({ limit: 25, points: 1 + (index % 3) })),
      );
      const granted = (await Promise.all(asked)).map((points) => points.granted);
      expect(granted.reduce((sum, points) => sum + points)).toBe(25);
    });

    test("grant all of what is of use, or none, to all who ask at once", async () => {
      const other = (await opened.another?.()) ?? opened.port;
      const asked = Array.from({ length: 20 }, (_, index) =>
        (index % 2 === 0 ? opened.port : other).take(request({ limit: 25, points: 4, least: 4 })),
      );
      const granted = (await Promise.all(asked)).map((points) => points.granted);
      expect(granted.toSorted()).toEqual([...Array(14).fill(0), ...Array(6).fill(4)]);
      expect(await take({ limit: 25 })).toEqual([1, 0]);
    });

    test("keep present windows when those that have ended are removed", async () => {
      expect(await take({ points: 2 })).toEqual([2, 1]);
      await take({ name: "requests:b", windowMs: 1 });
      await opened.port.sweep();
      expect(await take()).toEqual([1, 0]);
    });
  });
}
