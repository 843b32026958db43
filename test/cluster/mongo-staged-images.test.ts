/** Images that are staged in their job's document until they have documents of their own. */
import { afterAll, afterEach, beforeEach, describe, expect, test } from "vitest";
import type { JobStore } from "../../lib/ports/job-store.ts";
import { created, largeFiles, now, queued } from "../ports/sample-jobs.ts";
import { type MongoProxy, startMongoProxy } from "../support/mongo-proxy.ts";
import { startMongoServer } from "../support/mongo-server.ts";
import { type MongoDatabase, newDatabase } from "../support/mongo-store.ts";

const mongo = await startMongoServer();
afterAll(() => mongo?.stop());

describe.skipIf(!mongo)("a job whose images are being stored", () => {
  let database: MongoDatabase;
  let proxies: [MongoProxy, MongoProxy];
  let writer: JobStore;
  let reader: JobStore;
  beforeEach(async () => {
    if (!mongo) return;
    database = newDatabase(mongo);
    proxies = [await startMongoProxy(mongo.url), await startMongoProxy(mongo.url)];
    writer = (await database.open(proxies[0].url)).store;
    reader = (await database.open(proxies[1].url)).store;
  });
  afterEach(async () => {
    for (const proxy of proxies) await proxy.close();
    await database.drop();
  });

  const sentTo = (proxy: MongoProxy, name: string, collection: string) =>
    proxy.sent.filter((command) => command.name === name && command.collection === collection);
  const inserted = (proxy: MongoProxy) =>
    sentTo(proxy, "insert", "parcels").reduce((sum, { documents }) => sum + documents, 0);
  const reads = () => sentTo(proxies[1], "find", "jobs").length;

  // The collector of webhooks reads a job as soon as its first event is published; a list reads all.
  test.each([
    ["reads the job", () => reader.getJob("job")],
    ["lists jobs", async () => (await reader.listJobs({ limit: 9 })).items[0]],
    ["changes the job", async () => (await reader.updateJob("job", () => undefined)) ?? reader.getJob("job")],
  ])("has each inserted once while another node %s, which then sees all", async (_what, read) => {
    const insertion = proxies[0].hold("insert", "parcels");
    const written = writer.insertJob(queued("job"), largeFiles(10));
    await insertion.arrived;
    const before = reads();
    const seen = read();
    await expect.poll(reads).toBeGreaterThan(before);
    insertion.release();
    expect(await seen).toMatchObject({ id: "job" });
    expect((await reader.countImages("job")).total).toBe(10);
    await written;
    expect(proxies.map(inserted)).toEqual([10, 0]);
  });

  test("has each inserted once when more are added", async () => {
    await writer.insertJob(created("job"), largeFiles(1));
    const insertion = proxies[0].hold("insert", "parcels");
    const added = writer.addImages("job", largeFiles(1200), now);
    await insertion.arrived;
    const before = reads();
    const seen = reader.getJob("job");
    await expect.poll(reads).toBeGreaterThan(before);
    insertion.release();
    await seen;
    expect((await reader.countImages("job")).total).toBe(1201);
    await added;
    expect(proxies.map(inserted)).toEqual([1201, 0]);
  });

  test("has its images when the writer died, from who reads it next", async () => {
    const insertion = proxies[0].hold("insert", "parcels");
    const written = writer.insertJob(queued("job"), largeFiles(10));
    await insertion.arrived;
    await reader.getJob("job");
    expect((await reader.countImages("job")).total).toBe(10);
    // It was not dead after all.
    insertion.release();
    await written;
    expect((await reader.countImages("job")).total).toBe(10);
    expect(proxies.map(inserted)).toEqual([10, 10]);
  });
});
