/**
 * How faces get into MongoDB: with how many commands, and that readers see them in order while they do; and how those
 * are removed that a node has left.
 */
import { randomUUID } from "node:crypto";
import type { Document } from "mongodb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { MongoAdapter } from "../../lib/backends/mongo/adapter.ts";
import { MongoCollectionStore } from "../../lib/backends/mongo/collection-store.ts";
import { backendsOver, connectMongo, type MongoConnection } from "../../lib/backends/mongo/mongo.ts";
import type { CollectionStore } from "../../lib/ports/collection-store.ts";
import { now } from "../ports/sample-jobs.ts";
import { useMongoServers, withOptions } from "../support/mongo-servers.ts";

const servers = await useMongoServers();

const faces = (count: number, first = 1) =>
  Array.from({ length: count }, (_, n) => {
    const face = { id: `f${first + n}`, label: null, sha256: null, box: null, addedAt: now };
    return { face, encoding: [0.6, 0.8] };
  });
const numbers = (count: number, first = 1) => Array.from({ length: count }, (_, n) => first + n);

describe.each(servers)("on $name", (mongo) => {
  const database = `test-${randomUUID()}`;
  let connection: MongoConnection;
  let store: CollectionStore;
  /** The collections of the insertions. */
  let insertions: string[];
  beforeEach(async () => {
    connection = await connectMongo(withOptions(mongo.url, "monitorCommands=true"), { database });
    store = backendsOver(connection).collections;
    insertions = [];
    connection.client.on("commandStarted", ({ commandName, command }) => {
      if (commandName === "insert") insertions.push(command.insert);
    });
    await store.insert({ id: "c", owner: "o", name: "n", model: "m", version: "v", createdAt: now });
  });
  afterEach(async () => {
    await connection.client.db(database).dropDatabase();
    await connection.client.close();
  });

  const sequencesOf = async (reader: CollectionStore) =>
    (await reader.faces("c", 0, 10_000)).map(({ sequence }) => sequence);
  const documents = () => connection.client.db(database).collection<{ _id: string }>("faces");
  /** As a node leaves it that dies, or is suspended, before it has given all of the faces their documents. */
  const stage = async (sequences: readonly number[]) => {
    const staged = await documents()
      .find({ _id: { $in: sequences.map((sequence) => `c/${sequence}`) } })
      .sort({ sequence: 1 })
      .toArray();
    await connection.client.db(database).collection("faceCollections").updateOne({ id: "c" }, { $set: { staged } });
  };

  test("a collection is read without the faces that have no documents yet", async () => {
    await store.addFaces("c", faces(3), 100);
    await stage(numbers(3));
    const fields: string[][] = [];
    connection.client.on("commandSucceeded", ({ reply }) => {
      for (const document of (reply as Document).cursor?.firstBatch ?? []) fields.push(Object.keys(document).sort());
    });
    expect(await store.find("o", "n")).toMatchObject({ id: "c" });
    expect(await store.countFaces("c")).toBe(3);
    expect(await store.removals("c")).toBe(0);
    expect(fields).toEqual([
      ["_id", "body"],
      ["_id", "faceCount"],
      ["_id", "removals"],
    ]);
    for (const read of [store.find("o", "none"), store.removals("none")]) expect(await read).toBeUndefined();
    expect(await store.countFaces("none")).toBe(0);
  });

  test("five hundred faces take one insertion", async () => {
    expect(await store.addFaces("c", faces(500), 1000)).toBe(true);
    expect(insertions.filter((name) => name === "faces")).toHaveLength(1);
    expect(await sequencesOf(store)).toEqual(numbers(500));
  });

  test.each([0, 1, 70, 200])(
    "faces of which a node has stored %i of 200 before it died are stored by readers",
    async (stored) => {
      await store.addFaces("c", faces(200), 1000);
      await stage(numbers(200));
      await documents().deleteMany({
        _id: { $in: numbers(200 - stored, stored + 1).map((sequence) => `c/${sequence}`) },
      });
      insertions = [];
      const readers = numbers(5).map(() => backendsOver(connection).collections);
      expect(await Promise.all(readers.map(sequencesOf))).toEqual(readers.map(() => numbers(200)));
      expect(insertions.length).toBeLessThan(200);
      expect(await documents().countDocuments()).toBe(200);
    },
  );

  test("faces that were removed stay so if a node stores them again late", async () => {
    await store.addFaces("c", faces(5), 100);
    const late = await documents().find().sort({ sequence: 1 }).toArray();
    for (const id of ["f2", "f5"]) await store.removeFace("c", id);
    await connection.client
      .db(database)
      .collection("faceCollections")
      .updateOne({ id: "c" }, { $set: { staged: late } });
    expect(await sequencesOf(store)).toEqual([1, 3, 4]);
  });

  test("a reader that goes on after the last face misses none while others add and read", async () => {
    const adder = backendsOver(connection).collections;
    const seen: number[] = [];
    let isDone = false;
    const reading = (async () => {
      for (let isLast = false; !isLast; ) {
        isLast = isDone;
        seen.push(...(await store.faces("c", seen.at(-1) ?? 0, 1000)).map(({ sequence }) => sequence));
      }
    })();
    for (let n = 0; n < 10; n++) {
      await Promise.all([adder.addFaces("c", faces(40, 1 + 40 * n), 1000), sequencesOf(adder)]);
    }
    isDone = true;
    await reading;
    expect(seen).toEqual(numbers(400));
  });

  describe("the sweep", () => {
    const add = async (id: string, to = store) => {
      await to.insert({ id, owner: "o", name: id, model: "m", version: "v", createdAt: now });
      await to.addFaces(id, faces(2), 10);
    };
    const left = () => documents().distinct("collectionId");

    test("removes the faces of collections that are gone, with two queries for 500 collections", async () => {
      const empty = numbers(600, 1000).map((id) => ({ id: `k6.${id}`, owner: "p", name: String(id) }));
      await connection.client.db(database).collection("faceCollections").insertMany(empty);
      for (const id of numbers(12)) await add(`k${id}`);
      await store.removeFace("k1", "f1");
      const gone = ["a", "k11", "k5", "z"];
      await add("a");
      await add("z");
      await connection.client
        .db(database)
        .collection("faceCollections")
        .deleteMany({ id: { $in: gone } });
      await store.sweep();
      const kept = ["k1", "k10", "k12", "k2", "k3", "k4", "k6", "k7", "k8", "k9", "removed"];
      expect(await left()).toEqual(kept);
      const queries: unknown[] = [];
      connection.client.on("commandStarted", ({ command }) => {
        if (command.find) queries.push([command.find, command.projection]);
      });
      await store.sweep();
      const page = [
        ["faceCollections", { _id: 0, id: 1 }],
        ["faces", { _id: 0, collectionId: 1 }],
      ];
      expect(queries).toEqual([...page, ...page]);
      expect(await left()).toEqual(kept);
    });

    test("leaves the faces of a collection alone that is made meanwhile", async () => {
      const faces = new MongoAdapter<{ _id: string }>(connection.client, database, "faces");
      const sweeping = new MongoCollectionStore((name) =>
        name === "faces" ? faces : new MongoAdapter(connection.client, database, name),
      );
      const findOne = faces.collection.findOne.bind(faces.collection);
      vi.spyOn(faces.collection, "findOne").mockImplementationOnce(async (...args: unknown[]) => {
        await add("new");
        return findOne(...(args as Parameters<typeof findOne>));
      });
      await sweeping.sweep();
      expect(await left()).toEqual(["new"]);
    });
  });
});
