import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { faultOf } from "../../lib/audit/chain.ts";
import type { AuditRecord, AuditStore } from "../../lib/ports/audit-store.ts";
import type { Opened } from "./opened.ts";

export function auditStoreConformance(name: string, open: () => Promise<Opened<AuditStore>>): void {
  describe(`AuditStore: ${name}`, () => {
    let opened: Opened<AuditStore>;
    let store: AuditStore;
    beforeEach(async () => {
      opened = await open();
      store = opened.port;
    });
    afterEach(() => opened.close());

    const at = (second: number) => `2026-01-01T00:00:${String(second).padStart(2, "0")}.000Z`;
    const record = (id: string, second = 0): AuditRecord => ({
      id,
      time: at(second),
      action: "key.create",
      object: `"${id}" – für 東京`,
      status: 201,
    });
    const ids = async (request: Parameters<AuditStore["read"]>[0]) => (await store.read(request)).map(({ id }) => id);
    const faults = async () => {
      const entries = await store.read({ limit: 1000 });
      return entries.flatMap((entry, index) => faultOf(entry, entries[index - 1]) ?? []);
    };

    test("gives entries back as they were, newest first, page by page", async () => {
      await store.append([record("a"), record("b")]);
      await store.append([]);
      await store.append([record("c")]);
      store = await opened.reopen();
      expect(await ids({ limit: 2 })).toEqual(["c", "b"]);
      expect(await ids({ limit: 2, before: 2 })).toEqual(["a"]);
      expect(await ids({ limit: 2, before: 1 })).toEqual([]);
      const [newest] = await store.read({ limit: 1 });
      expect(newest).toMatchObject({ ...record("c"), sequence: 3 });
      expect(await faults()).toEqual([]);
    });

    test("ignores a record that is appended again", async () => {
      await store.append([record("a"), record("b")]);
      await store.append([record("b"), record("c"), record("a")]);
      expect(await ids({ limit: 9 })).toEqual(["c", "b", "a"]);
      expect(await faults()).toEqual([]);
    });

    test("is one chain, whoever appends at once", async () => {
      await Promise.all(Array.from({ length: 8 }, (_, n) => store.append([record(`a${n}`), record(`b${n}`)])));
      const entries = await store.read({ limit: 100 });
      expect(entries.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 16 }, (_, n) => 16 - n));
      expect(new Set(entries.map(({ id }) => id)).size).toBe(16);
      expect(await faults()).toEqual([]);
    });

    test("removes only the oldest entries, and never the newest", async () => {
      // The clock was wrong for a while.
      await store.append([record("a", 1), record("b", 2), record("c", 5), record("d", 3), record("e", 6)]);
      expect(await store.sweep(at(4))).toBe(2);
      expect(await ids({ limit: 9 })).toEqual(["e", "d", "c"]);
      expect(await faults()).toEqual([]);
      await store.sweep(at(50));
      expect(await ids({ limit: 9 })).toEqual(["e"]);
      await store.append([record("f", 7)]);
      expect((await store.read({ limit: 9 })).map(({ sequence }) => sequence)).toEqual([6, 5]);
      expect(await faults()).toEqual([]);
      expect(await store.sweep(at(0))).toBe(0);
    });
  });
}
