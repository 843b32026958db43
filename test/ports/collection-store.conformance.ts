import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { CollectionStore } from "../../lib/ports/collection-store.ts";
import type { Opened } from "./opened.ts";
import { now } from "./sample-jobs.ts";

const collection = (id: string, owner: string, name: string) => ({
  id,
  owner,
  name,
  model: "m",
  version: "v1",
  createdAt: now,
});
const face = (id: string, label: string | null = null) => ({
  face: { id, label, sha256: null, box: [1, 2, 3, 4] as [number, number, number, number], addedAt: now },
  encoding: [1 / 3, id.length, -1e-9],
});

export function collectionStoreConformance(name: string, open: () => Promise<Opened<CollectionStore>>): void {
  describe(`CollectionStore: ${name}`, () => {
    let opened: Opened<CollectionStore>;
    let store: CollectionStore;
    beforeEach(async () => {
      opened = await open();
      store = opened.port;
    });
    afterEach(() => opened.close());

    test("has one collection of a name for each owner", async () => {
      const made = await Promise.all(["1", "2", "3"].map((id) => store.insert(collection(id, "a", "x"))));
      expect(made.filter(Boolean)).toHaveLength(1);
      expect(await store.insert(collection("4", "b", "x"))).toBe(true);
      expect(await store.insert(collection("5", "b", "a"))).toBe(true);
      expect(await store.find("b", "x")).toEqual(collection("4", "b", "x"));
      expect(await store.find("c", "x")).toBeUndefined();
      store = await opened.reopen();
      expect(await store.list("b", { limit: 3 })).toEqual([
        { ...collection("5", "b", "a"), faces: 0 },
        { ...collection("4", "b", "x"), faces: 0 },
      ]);
    });

    test("lists collections by name, page by page, with the number of their faces", async () => {
      for (const name of ["c", "a", "b"]) await store.insert(collection(name, "o", name));
      await store.insert(collection("other", "p", "x"));
      await store.addFaces("b", [face("f"), face("g")], 10);
      await store.removeFace("b", "f");
      expect(await store.list("o", { limit: 2 })).toEqual([
        { ...collection("a", "o", "a"), faces: 0 },
        { ...collection("b", "o", "b"), faces: 1 },
      ]);
      expect(await store.list("o", { limit: 2, after: "b" })).toEqual([{ ...collection("c", "o", "c"), faces: 0 }]);
      expect(await store.list("o", { limit: 2, after: "c" })).toEqual([]);
      expect([await store.count("o"), await store.count("p"), await store.count("q")]).toEqual([3, 1, 0]);
      await store.remove("b");
      expect(await store.count("o")).toBe(2);
    });

    test("gives faces in the order of adding, by pages, number for number", async () => {
      await store.insert(collection("1", "", "x"));
      await store.insert(collection("2", "", "y"));
      expect(await store.addFaces("1", [face("a", "Ada"), face("bb")], 10)).toBe(true);
      expect(await store.addFaces("2", [face("other")], 10)).toBe(true);
      expect(await store.addFaces("1", [face("ccc")], 10)).toBe(true);
      const pages = [];
      for (let after = 0; ; ) {
        const page = await store.faces("1", after, 2);
        pages.push(page.map(({ face: { id }, encoding }) => [id, ...encoding]));
        const last = page.at(-1);
        if (!last || page.length < 2) break;
        after = last.sequence;
      }
      const numbers = (id: string) => [id, ...face(id).encoding];
      expect(pages).toEqual([[numbers("a"), numbers("bb")], [numbers("ccc")]]);
      expect((await store.faces("1", 0, 1))[0]?.face).toEqual(face("a", "Ada").face);
      const [first, ...others] = (await store.faces("1", 0, 9)).map(({ encoding: _, ...listed }) => listed);
      expect(await store.listFaces("1", 0, 1)).toEqual([first]);
      expect(await store.listFaces("1", first?.sequence ?? 0, 9)).toEqual(others);
      expect(await store.listFaces("none", 0, 9)).toEqual([]);
      expect(await store.countFaces("1")).toBe(3);
    });

    test("adds all faces or none, and never more than the limit, of many at once", async () => {
      await store.insert(collection("1", "", "x"));
      const two = (n: number) => [face(`${n}a`), face(`${n}b`)];
      const added = await Promise.all(Array.from({ length: 10 }, (_, n) => store.addFaces("1", two(n), 5)));
      expect(added.filter(Boolean)).toHaveLength(2);
      expect(await store.countFaces("1")).toBe(4);
      expect(await store.addFaces("none", two(99), 5)).toBe(false);
      expect(await store.faces("none", 0, 10)).toEqual([]);
    });

    test("has encodings of one length, of many that are the first at the same moment", async () => {
      await store.insert(collection("1", "", "x"));
      const ofLength = (n: number) => [{ ...face(`f${n}`), encoding: Array.from({ length: 2 + n }, () => 0.5) }];
      const added = await Promise.all(Array.from({ length: 6 }, (_, n) => store.addFaces("1", ofLength(n), 10)));
      expect(added.filter(Boolean)).toHaveLength(1);
      const winner = added.indexOf(true);
      expect(await store.countFaces("1")).toBe(1);
      expect((await store.faces("1", 0, 10)).map(({ encoding }) => encoding.length)).toEqual([2 + winner]);
      expect(await store.addFaces("1", ofLength(winner + 9), 10)).toBe(false);
      const mixed = [{ ...face("a"), encoding: ofLength(winner)[0]?.encoding ?? [] }, ...ofLength(winner + 9)];
      expect(await store.addFaces("1", mixed, 10)).toBe(false);
      expect(await store.countFaces("1")).toBe(1);
      // The last one gone, any length may be the first.
      await store.removeFace("1", `f${winner}`);
      expect(await store.addFaces("1", ofLength(9), 10)).toBe(true);
    });

    test("adds faces once that are sent again", async () => {
      await store.insert(collection("1", "", "x"));
      const two = [face("a"), face("b")];
      expect(await store.addFaces("1", two, 2)).toBe(true);
      expect(await store.addFaces("1", two, 2)).toBe(true);
      expect(await store.countFaces("1")).toBe(2);
      expect((await store.faces("1", 0, 10)).map(({ face: { id } }) => id)).toEqual(["a", "b"]);
      const again = await Promise.all(Array.from({ length: 4 }, () => store.addFaces("1", [face("c"), face("d")], 9)));
      expect(again).toEqual([true, true, true, true]);
      // What was removed of them since does not come back alone.
      await store.removeFace("1", "a");
      expect(await store.addFaces("1", two, 9)).toBe(true);
      expect((await store.faces("1", 0, 10)).map(({ face: { id } }) => id)).toEqual(["b", "c", "d"]);
      expect(await store.countFaces("1")).toBe(3);
    });

    test("finds its faces by their ids", async () => {
      await store.insert(collection("1", "", "x"));
      await store.insert(collection("2", "", "y"));
      await store.addFaces("1", [face("a", "Ada"), face("b"), face("c")], 10);
      await store.addFaces("2", [face("d")], 10);
      expect(await store.findFaces("1", ["c", "a", "d", "none"])).toEqual([face("a", "Ada").face, face("c").face]);
      expect(await store.findFaces("1", [])).toEqual([]);
      expect(await store.findFaces("none", ["a"])).toEqual([]);
    });

    test("knows by which creation a collection was made", async () => {
      const made = { ...collection("1", "", "x"), creation: "first" };
      await store.insert(made);
      expect(await store.insert({ ...collection("2", "", "x"), creation: "second" })).toBe(false);
      store = await opened.reopen();
      expect(await store.find("", "x")).toEqual(made);
    });

    test("adds no faces after others that the caller does not know, one of many at once", async () => {
      await store.insert(collection("1", "", "x"));
      const add = (id: string, after: number) => store.addFaces("1", [face(id)], 10, after);
      const added = await Promise.all(Array.from({ length: 6 }, (_, n) => add(`f${n}`, 0)));
      expect(added.filter(Boolean)).toHaveLength(1);
      const [first] = await store.faces("1", 0, 10);
      expect(await add("late", 0)).toBe(false);
      expect(await add("next", first?.sequence ?? 0)).toBe(true);
      // Sent again after its answer was lost.
      expect(await add("next", first?.sequence ?? 0)).toBe(true);
      // Only those that are still there count.
      await store.removeFace("1", "next");
      expect(await add("last", first?.sequence ?? 0)).toBe(true);
      expect(await store.countFaces("1")).toBe(2);
    });

    test("keeps what a collection requires, and the quality of its faces", async () => {
      const required = { ...collection("1", "", "x"), requirements: { minSharpness: 0.4, minDistance: 0.25 } };
      await store.insert(required);
      const quality = { sharpness: 0.51, size: 80, brightness: 120.5, pose: { yaw: -3.2, pitch: 0, roll: 1.1 } };
      await store.addFaces("1", [{ ...face("a"), face: { ...face("a").face, quality } }], 10);
      store = await opened.reopen();
      expect(await store.find("", "x")).toEqual(required);
      expect((await store.faces("1", 0, 1))[0]?.face.quality).toEqual(quality);
    });

    test("removes a face once, of many at once, and counts it once", async () => {
      await store.insert(collection("1", "", "x"));
      await store.addFaces("1", [face("a"), face("b"), face("c")], 10);
      const removed = await Promise.all(Array.from({ length: 6 }, (_, n) => store.removeFace("1", n % 2 ? "a" : "b")));
      expect(removed.filter(Boolean)).toHaveLength(2);
      expect(await store.countFaces("1")).toBe(1);
      expect(await store.removals("1")).toBe(2);
      expect((await store.faces("1", 0, 10)).map(({ face: { id } }) => id)).toEqual(["c"]);
    });

    test("tells that a face was removed; sequences do not come again", async () => {
      await store.insert(collection("1", "", "x"));
      await store.addFaces("1", [face("a"), face("b")], 10);
      const [, last] = await store.faces("1", 0, 10);
      expect(await store.removals("1")).toBe(0);
      expect(await store.removeFace("1", "none")).toBe(false);
      expect(await store.removeFace("1", "b")).toBe(true);
      expect(await store.removeFace("1", "b")).toBe(false);
      expect(await store.removals("1")).toBe(1);
      await store.addFaces("1", [face("c")], 10);
      expect((await store.faces("1", last?.sequence ?? 0, 10)).map(({ face: { id } }) => id)).toEqual(["c"]);
      expect((await store.faces("1", 0, 10)).map(({ face: { id } }) => id)).toEqual(["a", "c"]);
    });

    test("removes a collection with its faces", async () => {
      await store.insert(collection("1", "", "x"));
      await store.addFaces("1", [face("a")], 10);
      await store.remove("1");
      expect(await store.find("", "x")).toBeUndefined();
      expect(await store.removals("1")).toBeUndefined();
      expect(await store.countFaces("1")).toBe(0);
      expect(await store.insert(collection("1", "", "x"))).toBe(true);
    });
  });
}
