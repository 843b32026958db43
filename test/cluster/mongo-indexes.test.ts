/** Indexes of former versions, on a database that has grown. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { queued } from "../ports/sample-jobs.ts";
import { useMongoServers } from "../support/mongo-servers.ts";
import { type MongoDatabase, newDatabase } from "../support/mongo-store.ts";

const servers = await useMongoServers();

describe.each(servers)("on $name", (mongo) => {
  let database: MongoDatabase;
  beforeEach(() => {
    database = newDatabase(mongo);
  });
  afterEach(() => database.drop());
  const namesOf = async (collection: string) =>
    (await database.db.collection(collection).indexes()).map(({ name }) => name).toSorted();

  // mongo-java-server cannot delete a database in which an index was dropped.
  test.skipIf(mongo.name === "mongo-java-server")(
    "those that others replace are removed, also if several nodes start at once, and an operator's stay",
    async () => {
      const { store } = await database.open();
      await store.insertJob(queued("a", { owner: "me" }), []);
      const [ofJobs, ofParcels, ofWebhooks] = await Promise.all(["jobs", "parcels", "webhookLines"].map(namesOf));
      const [jobs, parcels] = [database.db.collection("jobs"), database.db.collection("parcels")];
      const own = await jobs.createIndex({ imageBytes: 1 });
      await jobs.createIndex({ state: 1, createdAt: -1, _id: -1 });
      await jobs.createIndex({ owner: 1, state: 1, createdAt: -1, _id: -1 });
      await jobs.createIndex({ finishedAt: 1 }, { sparse: true });
      await parcels.createIndex({ encodedBy: 1, _id: 1 });
      await parcels.createIndex({ owner: 1 }, { sparse: true });
      await parcels.createIndex({ jobId: 1, first: 1 });
      const webhooks = database.db.collection("webhookLines");
      await webhooks.createIndex({ dueAt: 1, first: 1 }, { sparse: true });
      await webhooks.createIndex({ dueAt: 1, first: 1, origin: 1 }, { sparse: true });
      await webhooks.createIndex({ first: 1 }, { sparse: true });
      const nodes = await Promise.all([database.open(), database.open(), database.open()]);
      expect(await namesOf("jobs")).toEqual([...(ofJobs ?? []), own].toSorted());
      expect(await namesOf("parcels")).toEqual(ofParcels);
      expect(await namesOf("webhookLines")).toEqual(ofWebhooks);
      for (const node of nodes)
        expect((await node.store.listJobs({ filter: { owner: "me" }, limit: 9 })).items).toHaveLength(1);
    },
  );
});
