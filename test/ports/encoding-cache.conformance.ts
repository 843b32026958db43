import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CachedEncoding, EncodingCache } from "../../lib/ports/encoding-cache.ts";
import type { Opened } from "./opened.ts";
import { later, now } from "./sample-jobs.ts";

const entry = (faces: number): CachedEncoding => ({
  encoding: {
    version: "v1",
    width: 3,
    height: 4,
    faces: Array.from({ length: faces }, (_, n) => ({ box: [n, 2, 3, 4], score: 0.5, encoding: [1 / 3, n, -1e-7] })),
    timings: { queueMs: 1, decodeMs: 2, inferenceMs: 3, perModelMs: { m: 3 } },
  },
  computeMs: 12.5,
});

export function encodingCacheConformance(name: string, open: () => Promise<Opened<EncodingCache>>): void {
  describe(`EncodingCache: ${name}`, () => {
    let opened: Opened<EncodingCache>;
    let cache: EncodingCache;
    beforeEach(async () => {
      opened = await open();
      cache = opened.port;
    });
    afterEach(() => opened.close());

    test.each([0, 1, 3])("gives back what was put, with %i faces", async (faces) => {
      expect(await cache.get("k")).toBeUndefined();
      await cache.put("k", entry(faces), "a", now);
      expect(await cache.get("k")).toEqual(entry(faces));
      expect(await cache.get("K")).toBeUndefined();
      cache = await opened.reopen();
      expect(await cache.get("k")).toEqual(entry(faces));
    });

    test("a second put changes nothing but its owners", async () => {
      await cache.put("k", entry(1), "a", now);
      await cache.put("k", entry(2), "b", now);
      expect(await cache.get("k")).toEqual(entry(1));
      expect(await cache.hasOwner("k", "b")).toBe(true);
    });

    test("says once to each that it was no owner of the entry before", async () => {
      await cache.put("k", entry(1), "a", now);
      expect(await cache.hasOwner("k", "b")).toBe(false);
      expect(await cache.addOwner("k", "a", later)).toBe(true);
      const ownedBefore = await Promise.all([1, 2, 3].map(() => cache.addOwner("k", "b", later)));
      expect(ownedBefore.sort()).toEqual([false, true, true]);
      expect(await cache.hasOwner("k", "b")).toBe(true);
    });

    test("an entry that is not there gets no owner", async () => {
      expect(await cache.addOwner("none", "a", now)).toBeUndefined();
      expect(await cache.hasOwner("none", "a")).toBe(false);
      expect(await cache.get("none")).toBeUndefined();
    });

    test("is there as long as anybody owns it", async () => {
      for (const key of ["own", "shared"]) await cache.put(key, entry(1), "a", now);
      await cache.addOwner("shared", "", now);
      await cache.releaseAll("a");
      expect(await cache.get("own")).toBeUndefined();
      expect(await cache.get("shared")).toEqual(entry(1));
      expect(await cache.hasOwner("shared", "a")).toBe(false);
      expect(await cache.hasOwner("shared", "")).toBe(true);
      await cache.release("shared", "a");
      expect(await cache.get("shared")).toEqual(entry(1));
      await cache.release("shared", "");
      expect(await cache.get("shared")).toBeUndefined();
    });

    test("forgets what was not used in a long time, whoever owns it", async () => {
      for (const key of ["old", "used"]) await cache.put(key, entry(1), "a", now);
      await cache.addOwner("used", "b", later);
      let swept = 0;
      for (let n = -1; n !== 0; swept += n) n = await cache.sweep(later);
      expect(swept).toBe(1);
      expect(await cache.get("old")).toBeUndefined();
      expect(await cache.hasOwner("old", "a")).toBe(false);
      expect(await cache.get("used")).toEqual(entry(1));
    });
  });
}
