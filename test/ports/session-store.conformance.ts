import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { SessionStore } from "../../lib/ports/session-store.ts";
import { wasErasedSince } from "../../lib/sessions/was-erased-since.ts";
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

    const image = (n: number, faces = 1) => ({
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

    test("remembers which key opened a session", async () => {
      await store.insert("hash", { id: "a", createdAt: now, openedBy: "key" });
      expect(await store.find("hash")).toEqual({ id: "a", createdAt: now, openedBy: "key" });
      expect(await store.openerOf("a")).toBe("key");
    });

    test("leaves the session of a hash as it is", async () => {
      await store.insert("hash", { id: "a", createdAt: now });
      await store.addImage("a", image(1), 5);
      await store.insert("hash", { id: "a", createdAt: later });
      expect(await store.find("hash")).toEqual({ id: "a", createdAt: now });
      expect(await store.countImages("a")).toBe(1);
    });

    test("gives images back in their order, number for number", async () => {
      await store.insert("hash", { id: "a", createdAt: now });
      const images = [image(3), image(1, 6), image(3)];
      for (const one of images) expect(await store.addImage("a", one, 5)).toBe(true);
      expect(await store.images("a")).toEqual(images);
      expect(await store.countImages("a")).toBe(3);
      expect(await store.images("b")).toEqual([]);
      store = await opened.reopen();
      expect(await store.images("a")).toEqual(images);
    });

    test("adds exactly as many as there is room for, of many at once", async () => {
      await store.insert("hash", { id: "a", createdAt: now });
      await store.insert("other", { id: "b", createdAt: now });
      const added = await Promise.all(Array.from({ length: 40 }, (_, n) => store.addImage("a", image(n), 5)));
      expect(added.filter(Boolean)).toHaveLength(5);
      const taken = added.flatMap((isAdded, n) => (isAdded ? [image(n)] : []));
      expect((await store.images("a")).map(({ sha256 }) => sha256).sort()).toEqual(
        taken.map(({ sha256 }) => sha256).sort(),
      );
      expect(await store.countImages("b")).toBe(0);
    });

    test("adds an image of one creation once, also to a session that is full by then", async () => {
      await store.insert("hash", { id: "a", createdAt: now });
      await store.insert("other", { id: "b", createdAt: now });
      const add = (id: string, creation: string) => store.addImage(id, { ...image(1), creation }, 2);
      expect(await Promise.all(Array.from({ length: 6 }, () => add("a", "c")))).toEqual(Array(6).fill(true));
      expect(await store.images("a")).toEqual([image(1)]);
      expect([await add("a", "d"), await add("a", "e"), await add("a", "c"), await add("b", "c")]).toEqual([
        ...[true, false, true, true],
      ]);
      store = await opened.reopen();
      expect([await store.countImages("a"), await store.countImages("b")]).toEqual([2, 1]);
      await store.erase("a", later);
      expect(await add("a", "c")).toBe(true);
      expect(await store.countImages("a")).toBe(1);
    });

    test("erases a session's images and nobody else's; there is room again", async () => {
      for (const id of ["a", "b"]) {
        await store.insert(`hash of ${id}`, { id, createdAt: now });
        await store.addImage(id, image(1), 1);
      }
      expect(await wasErasedSince(store, "a", now)).toBe(false);
      await store.erase("a", later);
      expect(await store.images("a")).toEqual([]);
      expect(await store.countImages("b")).toBe(1);
      expect(await store.find("hash of a")).toMatchObject({ id: "a" });
      expect(await store.addImage("a", image(2), 1)).toBe(true);
      expect(await wasErasedSince(store, "a", now)).toBe(true);
      expect(await wasErasedSince(store, "a", later)).toBe(true);
      expect(await wasErasedSince(store, "a", "2027-01-01T00:00:00.000Z")).toBe(false);
      expect(await wasErasedSince(store, "b", now)).toBe(false);
      expect(await store.exists("a")).toBe(true);
    });

    test("adds no image of a request that began before an erasure", async () => {
      await store.insert("hash", { id: "a", createdAt: now });
      const add = (n: number, erasedAt: string | null) => store.addImage("a", { ...image(n), erasedAt }, 5);
      expect(await store.erasedAt("a")).toBeNull();
      expect([await add(1, now), await add(2, null)]).toEqual([false, true]);
      await store.erase("a", now);
      expect(await store.erasedAt("a")).toBe(now);
      expect([await add(3, null), await add(4, now)]).toEqual([false, true]);
      await store.erase("a", later);
      expect([await add(5, null), await add(6, now)]).toEqual([false, false]);
      expect(await store.images("a")).toEqual([]);
      store = await opened.reopen();
      expect(await store.erasedAt("a")).toBe(later);
      expect(await add(7, later)).toBe(true);
      expect(await store.images("a")).toEqual([image(7)]);
    });

    test("ends what was not used since, and says so until it is removed", async () => {
      await store.insert("idle", { id: "idle", createdAt: now, usedAt: now });
      await store.insert("used", { id: "used", createdAt: now, usedAt: now });
      await store.insert("owner:of keys", { id: "owner", createdAt: now });
      await store.addImage("idle", image(1), 5);
      expect(await store.find("idle")).toEqual({ id: "idle", createdAt: now, usedAt: now });
      expect(await store.use("used", later)).toBe(true);
      expect(await store.find("used")).toMatchObject({ usedAt: later });
      expect(await store.endIdle(now, later, 10)).toBe(false);
      expect(await store.endIdle(later, later, 10)).toBe(true);
      store = await opened.reopen();
      expect(await store.endIdle(now, later, 10)).toBe(false);
      expect(await store.ended("", 10)).toEqual(["idle"]);
      expect(await store.find("idle")).toBeUndefined();
      expect(await store.use("idle", later)).toBe(false);
      expect(await store.exists("idle")).toBe(false);
      expect(await store.erasedAt("idle")).toBeUndefined();
      expect(await wasErasedSince(store, "idle", later)).toBe(true);
      expect(await store.addImage("idle", image(2), 5)).toBe(false);
      await store.removeEnded("used");
      expect(await store.exists("used")).toBe(true);
      await store.removeEnded("idle");
      expect(await store.ended("", 10)).toEqual([]);
      expect(await store.images("idle")).toEqual([]);
      expect(await store.find("owner:of keys")).toEqual({ id: "owner", createdAt: now });
    });

    test("counts a session without a time of its last use as used when it looks for it, and never ends an owner", async () => {
      await store.insert("0a1b", { id: "former", createdAt: now });
      await store.insert("owner:of-keys", { id: "owner", createdAt: now });
      expect(await store.endIdle(later, later, 10)).toBe(false);
      expect(await store.find("0a1b")).toEqual({ id: "former", createdAt: now, usedAt: later });
      const muchLater = "2027-01-01T00:00:00.000Z";
      expect(await store.endIdle(muchLater, muchLater, 10)).toBe(true);
      expect(await store.ended("", 10)).toEqual(["former"]);
      expect(await store.endIdle(muchLater, muchLater, 10)).toBe(false);
      expect(await store.find("owner:of-keys")).toEqual({ id: "owner", createdAt: now });
    });

    test("ends as many as asked for at a time", async () => {
      for (const id of ["a", "b", "c"]) await store.insert(id, { id, createdAt: now, usedAt: now });
      expect(await store.endIdle(later, later, 2)).toBe(true);
      expect(await store.ended("", 10)).toHaveLength(2);
      expect(await store.endIdle(later, later, 2)).toBe(true);
      expect(await store.endIdle(later, later, 2)).toBe(false);
      expect(await store.ended("", 2)).toEqual(["a", "b"]);
      expect(await store.ended("b", 2)).toEqual(["c"]);
    });

    test("either ends a session or takes note of its use, of many at once", async () => {
      const ids = Array.from({ length: 30 }, (_, n) => `session-${n}`);
      for (const id of ids) await store.insert(id, { id, createdAt: now, usedAt: now });
      const uses = ids.map((id) => store.use(id, later));
      await store.endIdle(later, later, 100);
      const ended = new Set(await store.ended("", 100));
      for (const [n, used] of (await Promise.all(uses)).entries()) expect(ended.has(ids[n] as string)).toBe(!used);
    });

    test("counts a session that is gone as erased, and takes nothing for it", async () => {
      expect(await store.exists("gone")).toBe(false);
      expect(await store.openerOf("gone")).toBeUndefined();
      expect(await wasErasedSince(store, "gone", later)).toBe(true);
      expect(await store.addImage("gone", image(1), 5)).toBe(false);
      expect(await store.images("gone")).toEqual([]);
    });
  });
}
