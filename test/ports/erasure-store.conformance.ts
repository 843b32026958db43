import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ErasureStore, StoredErasure } from "../../lib/ports/erasure-store.ts";
import type { Opened } from "./opened.ts";
import { later, now } from "./sample-jobs.ts";

export function erasureStoreConformance(name: string, open: () => Promise<Opened<ErasureStore>>): void {
  describe(`ErasureStore: ${name}`, () => {
    let opened: Opened<ErasureStore>;
    let store: ErasureStore;
    beforeEach(async () => {
      opened = await open();
      store = opened.port;
    });
    afterEach(() => opened.close());

    const erasure = (id: string, more: Partial<StoredErasure> = {}): StoredErasure => ({
      id,
      phase: "erasing",
      subjects: [`owner of ${id}`, `key of ${id}`],
      requestedAt: now,
      erased: { jobs: 3, "a.b$c": 1 },
      target: { owner: "x", keyIds: ["k"], keepsKeys: false },
      ...more,
    });
    const ids = (erasures: readonly StoredErasure[]) => erasures.map(({ id }) => id);

    test("gives an erasure back as it was, by its id and by each of its subjects", async () => {
      expect(await store.insert(erasure("a"))).toEqual(erasure("a"));
      await store.insert(erasure("b"));
      for (const _ of ["written", "reopened"]) {
        expect(await store.get("a")).toEqual(erasure("a"));
        for (const subject of erasure("a").subjects) expect(await store.findBySubject(subject)).toEqual(erasure("a"));
        store = await opened.reopen();
      }
      expect(await store.get("owner of a")).toBeUndefined();
      for (const wrong of ["", "owner", "a", "owner of c"]) expect(await store.findBySubject(wrong)).toBeUndefined();
    });

    test("keeps the first of an owner, of several at once too", async () => {
      const subjects = ["owner", "key"];
      const inserted = await Promise.all(["a", "b", "c", "d"].map((id) => store.insert(erasure(id, { subjects }))));
      const [kept] = ids(inserted);
      expect(new Set(ids(inserted))).toEqual(new Set([kept]));
      expect(await store.insert(erasure("e", { subjects }))).toMatchObject({ id: kept });
      expect(ids(await store.unfinished())).toEqual([kept]);
    });

    test("replaces an erasure, with its subjects", async () => {
      await store.insert(erasure("a"));
      const { target: _, ...rest } = erasure("a");
      const done = {
        ...rest,
        revision: 1,
        phase: "done",
        checkedAt: later,
        finishedAt: later,
        subjects: [...rest.subjects, "new"],
      } as const;
      expect(await store.put(done)).toBe(true);
      store = await opened.reopen();
      expect(await store.get("a")).toEqual(done);
      expect(await store.findBySubject("new")).toEqual(done);
    });

    test("does not replace one that was changed meanwhile", async () => {
      await store.insert(erasure("a"));
      for (const revision of [1, 2]) {
        const changes = ["x", "y", "z"].map((owner) => {
          const target = { owner, keyIds: [], keepsKeys: false };
          return { ...erasure("a", { target }), revision };
        });
        const areDone = await Promise.all(changes.map((change) => store.put(change)));
        expect(areDone.filter((isDone) => isDone)).toHaveLength(1);
        store = await opened.reopen();
        expect(await store.get("a")).toEqual(changes[areDone.indexOf(true)]);
      }
      for (const revision of [1, 2, 4]) expect(await store.put({ ...erasure("a"), revision })).toBe(false);
      expect(await store.put({ ...erasure("b"), revision: 1 })).toBe(false);
    });

    test("lists what is not done, oldest first", async () => {
      await store.insert(erasure("new", { requestedAt: later }));
      await store.insert(erasure("checking", { phase: "checking" }));
      await store.insert(erasure("scrubbing", { phase: "scrubbing", requestedAt: "2026-01-01T00:00:00.000Z" }));
      await store.insert(erasure("done", { phase: "done" }));
      expect(ids(await store.unfinished())).toEqual(["scrubbing", "checking", "new"]);
    });

    test("has each member once, by id, of its kind and its erasure", async () => {
      await store.addMembers("a", "jobs", ["3", "1", "1"]);
      await store.addMembers("a", "jobs", []);
      await store.addMembers("a", "sessions", ["s"]);
      await store.addMembers("ab", "jobs", ["9"]);
      await Promise.all([1, 2, 3].map(() => store.addMembers("a", "jobs", ["2", "3", "4"])));
      store = await opened.reopen();
      expect(await store.members("a", "jobs", { limit: 3 })).toEqual(["1", "2", "3"]);
      expect(await store.members("a", "jobs", { limit: 3, after: "3" })).toEqual(["4"]);
      expect(await store.members("a", "sessions", { limit: 3 })).toEqual(["s"]);
      await store.put({ ...erasure("a"), revision: 1 });
      await store.removeMembers("a");
      for (const kind of ["jobs", "sessions"] as const)
        expect(await store.members("a", kind, { limit: 3 })).toEqual([]);
      expect(await store.members("ab", "jobs", { limit: 3 })).toEqual(["9"]);
      await store.removeMembers("none");
    });

    test("has no limit to its members", async () => {
      const all = Array.from({ length: 2_000 }, (_, n) => String(n).padStart(36, "0"));
      for (let n = 0; n < all.length; n += 200) await store.addMembers("a", "jobs", all.slice(n, n + 200));
      expect(await store.members("a", "jobs", { limit: 5_000 })).toEqual(all);
    });
  });
}
