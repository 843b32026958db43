import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { SessionStore } from "../../lib/ports/session-store.ts";
import type { Opened } from "./opened.ts";
import { later, now } from "./sample-jobs.ts";

export function sessionStoreConformance(name: string, open: () => Promise<Opened<SessionStore>>): void {
  describe(`SessionStore: ${name}`, () => {
    let opened: Opened<SessionStore>;
    let store: SessionStore;
    beforeEach(async () => {
      opened = await open();
      store = opened.port;
    });
    afterEach(() => opened.close());

    const picture = (n: number, faces = 1) => ({
      sha256: String(n).padStart(64, "0"),
      encodings: Array.from({ length: faces }, (_, face) => [n + 1 / 3, face, -Number.EPSILON]),
    });

    test("keeps the first secret for good", async () => {
      const first = await store.secret(new Uint8Array([1, 2, 3]));
      expect(Array.from(first)).toEqual([1, 2, 3]);
      expect(Array.from(await store.secret(new Uint8Array([4])))).toEqual([1, 2, 3]);
      store = await opened.reopen();
      expect(Array.from(await store.secret(new Uint8Array([4])))).toEqual([1, 2, 3]);
    });

    test("of several that start at once all get one secret", async () => {
      const secrets = await Promise.all([1, 2, 3, 4].map((n) => store.secret(new Uint8Array([n]))));
      expect(new Set(secrets.map((secret) => secret[0])).size).toBe(1);
    });

    test("finds a session by the hash of its key alone", async () => {
      await store.insert("hash", { id: "a", createdAt: now });
      expect(await store.find("hash")).toEqual({ id: "a", createdAt: now });
      expect(await store.find("hasH")).toBeUndefined();
      store = await opened.reopen();
      expect(await store.find("hash")).toEqual({ id: "a", createdAt: now });
    });

    test("gives pictures back in their order, number for number", async () => {
      await store.insert("hash", { id: "a", createdAt: now });
      const pictures = [picture(3), picture(1, 6), picture(3)];
      for (const one of pictures) expect(await store.addPicture("a", one, 5)).toBe(true);
      expect(await store.pictures("a")).toEqual(pictures);
      expect(await store.countPictures("a")).toBe(3);
      expect(await store.pictures("b")).toEqual([]);
      store = await opened.reopen();
      expect(await store.pictures("a")).toEqual(pictures);
    });

    test("adds exactly as many as there is room for, of many at once", async () => {
      await store.insert("hash", { id: "a", createdAt: now });
      await store.insert("other", { id: "b", createdAt: now });
      const added = await Promise.all(Array.from({ length: 40 }, (_, n) => store.addPicture("a", picture(n), 5)));
      expect(added.filter(Boolean)).toHaveLength(5);
      const taken = added.flatMap((isAdded, n) => (isAdded ? [picture(n)] : []));
      expect((await store.pictures("a")).map(({ sha256 }) => sha256).sort()).toEqual(
        taken.map(({ sha256 }) => sha256).sort(),
      );
      expect(await store.countPictures("b")).toBe(0);
    });

    test("erases a session's pictures and nobody else's; there is room again", async () => {
      for (const id of ["a", "b"]) {
        await store.insert(`hash of ${id}`, { id, createdAt: now });
        await store.addPicture(id, picture(1), 1);
      }
      expect(await store.wasErasedSince("a", now)).toBe(false);
      await store.erase("a", later);
      expect(await store.pictures("a")).toEqual([]);
      expect(await store.countPictures("b")).toBe(1);
      expect(await store.find("hash of a")).toMatchObject({ id: "a" });
      expect(await store.addPicture("a", picture(2), 1)).toBe(true);
      expect(await store.wasErasedSince("a", now)).toBe(true);
      expect(await store.wasErasedSince("a", later)).toBe(true);
      expect(await store.wasErasedSince("a", "2027-01-01T00:00:00.000Z")).toBe(false);
      expect(await store.wasErasedSince("b", now)).toBe(false);
    });
  });
}
