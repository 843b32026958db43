/** What a node has in memory of a collection that it removes, or another node. */
import { queryObjects } from "node:v8";
import { ServiceBroker } from "moleculer";
import { afterAll, beforeAll, expect, it } from "vitest";
import { FaceIndex } from "../../lib/collections/face-index.ts";
import { call } from "../../lib/contracts/action.ts";
import { actions } from "../../lib/contracts/actions.ts";
import { broadcast, broadcasts } from "../../lib/contracts/broadcasts.ts";
import type { Backends } from "../../lib/ports/backends.ts";
import { nowTimestamp } from "../../lib/time/timestamp.ts";
import brokerOptions from "../../moleculer.config.ts";
import collections from "../../services/collections.service.ts";

const broker = new ServiceBroker({ ...brokerOptions, logger: false });
beforeAll(() => broker.start());
afterAll(() => broker.stop());

it("is evicted", async () => {
  const service = broker.createService(collections) as unknown as { backends: Backends };
  const removed: string[] = [];
  const { name } = broadcasts.collectionRemoved;
  broker.createService({ name: "other", events: { [name]: ({ params: id }) => void removed.push(id) } });
  await broker.waitForServices(["collections", "other"]);
  const { collections: store } = service.backends;
  const search = () => call(broker, actions.collections.search, { name: "n", face: { encoding: [1, 0] }, limit: 1 });
  const inMemory = () => queryObjects(FaceIndex, { format: "count" });
  const face = { id: "f", label: null, sha256: null, box: null, addedAt: nowTimestamp() };
  const removals = {
    c: async () => {
      await store.remove("c");
      await broadcast(broker, broadcasts.collectionRemoved, "c");
    },
    d: () => call(broker, actions.collections.remove, { name: "n" }),
  };
  for (const [id, remove] of Object.entries(removals)) {
    await store.insert({ id, owner: "", name: "n", model: "m", version: "v", createdAt: nowTimestamp() });
    await store.addFaces(id, [{ face, encoding: [0.6, 0.8] }], 10);
    expect((await search()).searched).toBe(1);
    expect(inMemory()).toBe(1);
    await remove();
    await expect.poll(inMemory).toBe(0);
    await expect(search()).rejects.toMatchObject({ type: "COLLECTION_NOT_FOUND" });
  }
  expect(removed).toEqual(["c", "d"]);
});
