import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { KeyStore, StoredKey } from "../../lib/ports/key-store.ts";
import type { Opened } from "./opened.ts";
import { later, now } from "./sample-jobs.ts";

export function keyStoreConformance(name: string, open: () => Promise<Opened<KeyStore>>): void {
  describe(`KeyStore: ${name}`, () => {
    let opened: Opened<KeyStore>;
    let store: KeyStore;
    beforeEach(async () => {
      opened = await open();
      store = opened.port;
    });
    afterEach(() => opened.close());

    const key = (id: string, more: Partial<StoredKey> = {}): StoredKey => ({
      id,
      owner: `owner of ${id}`,
      name: `key "${id}" – für 東京`,
      scopes: ["process", "read-only"],
      hint: "sl_abcd",
      createdAt: now,
      ...more,
    });

    test("gives a key back as it was, by its hash and by its id", async () => {
      const first = key("a", {
        expiresAt: later,
        limits: { requestsPerMinute: 5, imagesPerMinute: 7, storedBytes: 2 ** 40 },
      });
      expect(await store.insert("hash", first)).toBe(true);
      expect(await store.insert("other", key("b"))).toBe(true);
      for (const _ of ["written", "reopened"]) {
        expect(await store.findByHash("hash")).toEqual(first);
        expect(await store.get("b")).toEqual(key("b"));
        store = await opened.reopen();
      }
    });

    test("finds nothing by another hash, or by what is no hash", async () => {
      await store.insert("hash", key("a"));
      for (const wrong of ["hasH", "has", "hash ", "", "a"]) expect(await store.findByHash(wrong)).toBeUndefined();
      expect(await store.get("hash")).toBeUndefined();
    });

    test("keeps the first key of an id, of several at once too", async () => {
      const inserted = await Promise.all(
        [1, 2, 3, 4].map((n) => store.insert(`hash ${n}`, key("a", { name: `${n}` }))),
      );
      expect(inserted.filter(Boolean)).toHaveLength(1);
      const winner = inserted.indexOf(true) + 1;
      expect(await store.findByHash(`hash ${winner}`)).toMatchObject({ name: `${winner}` });
      for (const n of [1, 2, 3, 4].filter((other) => other !== winner))
        expect(await store.findByHash(`hash ${n}`)).toBeUndefined();
    });

    test("may be told the same key twice", async () => {
      expect(await store.insert("hash", key("a"))).toBe(true);
      expect(await store.insert("hash", key("a"))).toBe(true);
      expect(await store.list({ limit: 10 })).toEqual([key("a")]);
    });

    test("lists all keys page by page", async () => {
      for (const id of ["c", "a", "e", "b", "d"]) await store.insert(`hash of ${id}`, key(id));
      const ids = async (limit: number, after?: string) =>
        (await store.list({ limit, ...(after && { after }) })).map(({ id }) => id);
      expect(await ids(2)).toEqual(["a", "b"]);
      expect(await ids(2, "b")).toEqual(["c", "d"]);
      expect(await ids(2, "d")).toEqual(["e"]);
      expect(await ids(2, "e")).toEqual([]);
    });

    test("revokes a key for good, once, and no other", async () => {
      await store.insert("hash", key("a"));
      await store.insert("other", key("b"));
      expect(await store.revoke("a", later)).toEqual(key("a", { revokedAt: later }));
      expect(await store.revoke("a", "2099-01-01T00:00:00.000Z")).toMatchObject({ revokedAt: later });
      expect(await store.findByHash("hash")).toMatchObject({ revokedAt: later });
      expect(await store.list({ limit: 10 })).toEqual([key("a", { revokedAt: later }), key("b")]);
      expect(await store.revoke("c", later)).toBeUndefined();
      store = await opened.reopen();
      expect(await store.findByHash("hash")).toMatchObject({ revokedAt: later });
      expect(await store.findByHash("other")).toEqual(key("b"));
    });
  });
}
