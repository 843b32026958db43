/** How many collections an owner may have, over a real store. */
import { rmSync } from "node:fs";
import { expect, it, onTestFinished } from "vitest";
import { SqliteCollectionStore } from "../../lib/backends/sqlite/collection-store.ts";
import { Database } from "../../lib/backends/sqlite/database.ts";
import { CollectionManager } from "../../lib/collections/collection-manager.ts";
import { collectionsOf } from "../../lib/collections/collections-of.ts";
import type { CollectionView } from "../../lib/contracts/collection.ts";
import { temporaryFolder } from "../support/service.ts";

const LIMIT = 10_000;
const model = { name: "m", version: "1", dimensions: 128 };
const creation = { id: "creation", at: "2026-01-02T03:04:05.678Z", seed: "00", isRepeated: true };

it("is bounded, and those that there are can be listed, made again and removed", async () => {
  const folder = temporaryFolder();
  const database = await Database.open({ folder });
  onTestFinished(async () => {
    await database.close();
    rmSync(folder, { recursive: true });
  });
  const store = new SqliteCollectionStore(database);
  const manager = new CollectionManager(store);
  const create = (name: string, owner = "a") => manager.create(owner, { name }, model);
  await manager.create("a", { name: "first" }, model, creation);
  for (let made = 1; made < LIMIT; made += 1111)
    await Promise.all(Array.from({ length: 1111 }, (_, n) => create(`c${made + n}`)));
  await expect(create("more")).rejects.toMatchObject({ type: "LIMIT_REACHED", data: { limit: LIMIT } });
  await expect(create("c1")).rejects.toMatchObject({ type: "COLLECTION_EXISTS" });
  expect(await create("more", "b")).toMatchObject({ name: "more" });
  expect(await manager.create("a", { name: "first" }, model, creation)).toMatchObject({ name: "first" });

  const listed: CollectionView[] = [];
  for (let cursor: string | undefined, isLast = false; !isLast; isLast = cursor === undefined) {
    const page = await manager.list("a", { limit: 999, ...(cursor !== undefined && { cursor }) });
    expect(page.items.length).toBeLessThanOrEqual(999);
    listed.push(...page.items);
    cursor = page.nextCursor;
  }
  expect(new Set(listed.map(({ name }) => name)).size).toBe(LIMIT);
  expect((await manager.list("a", {})).items).toEqual(listed.slice(0, 100));

  const all = await Array.fromAsync(collectionsOf(store, "a"));
  expect(all.map(({ name }) => name)).toEqual(listed.map(({ name }) => name));

  await manager.remove("a", "c1");
  expect(await create("more")).toMatchObject({ name: "more", faces: 0 });
});
