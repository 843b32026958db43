/** What it costs to read images of a job, counted in queries and in the documents that the server sends. */
import { randomUUID } from "node:crypto";
import type { Document } from "mongodb";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { backendsOver, connectMongo, type MongoConnection } from "../../lib/backends/mongo/mongo.ts";
import { MAX_PARCEL_IMAGES } from "../../lib/jobs/parcel.ts";
import { completeImage, startAttempt } from "../../lib/jobs/transitions.ts";
import type { JobStore } from "../../lib/ports/job-store.ts";
import { files, largeFiles, now, queued, result } from "../ports/sample-jobs.ts";
import { useMongoServers, withOptions } from "../support/mongo-servers.ts";

const servers = await useMongoServers();

describe.each(servers)("on $name", (mongo) => {
  const database = `test-${randomUUID()}`;
  let connection: MongoConnection;
  let store: JobStore;
  /** Numbers of documents of the answers. */
  let answers: number[];
  beforeEach(async () => {
    connection = await connectMongo(withOptions(mongo.url, "monitorCommands=true"), { database });
    store = backendsOver(connection).store;
    answers = [];
    connection.client.on("commandSucceeded", ({ reply }) => {
      const { firstBatch, nextBatch } = (reply as Document).cursor ?? {};
      if (firstBatch ?? nextBatch) answers.push((firstBatch ?? nextBatch).length);
    });
  });
  afterEach(async () => {
    await connection.client.db(database).dropDatabase();
    await connection.client.close();
  });

  async function costOf(read: () => Promise<unknown>): Promise<{ queries: number; documents: number }> {
    answers.length = 0;
    await read();
    return { queries: answers.length, documents: answers.reduce((sum, count) => sum + count, 0) };
  }

  test("one image takes one document, whether parcels are full or have one image each", async () => {
    await store.insertJob(queued("small"), files(200));
    await store.insertJob(queued("large"), largeFiles(200));
    for (const [jobId, index] of [
      ["small", 0],
      ["small", 31],
      ["small", 32],
      ["small", 199],
      ["large", 0],
      ["large", 150],
      ["large", 199],
    ] as const) {
      expect(await store.getImage(jobId, index)).toMatchObject({ jobId, index });
      expect(await costOf(() => store.getImage(jobId, index))).toEqual({ queries: 1, documents: 1 });
    }
    for (const index of [-1, 200]) expect(await store.getImage("large", index)).toBeUndefined();
    expect(await store.getImage("none", 0)).toBeUndefined();
  });

  test("a page takes the documents that have its images, and two queries at most where parcels are alike", async () => {
    await store.insertJob(queued("small"), files(200));
    await store.insertJob(queued("large"), largeFiles(200));
    const page = (jobId: string, after: number) => store.listImages(jobId, { after, limit: 100 });
    for (const jobId of ["small", "large"])
      for (const after of [-1, 40, 120]) {
        const expected = Array.from({ length: Math.min(100, 199 - after) }, (_, n) => after + 1 + n);
        expect((await page(jobId, after)).map(({ index }) => index)).toEqual(expected);
      }
    expect(await costOf(() => page("small", 40))).toEqual({ queries: 1, documents: 5 });
    expect(await costOf(() => page("large", 40))).toEqual({ queries: 2, documents: 100 });
  });

  test("a page of images of one state is whole where parcels have few of them", async () => {
    await store.insertJob(queued("job"), files(300));
    const isDone = (index: number) => index % 10 === 3;
    for (let parcel = 0; parcel < 300; parcel += MAX_PARCEL_IMAGES) {
      await store.updateParcel("job", parcel, (images) => images.map((image) => startAttempt(image, now)));
      await store.updateParcel("job", parcel, (images) =>
        images.filter(({ index }) => isDone(index)).map((image) => completeImage(image, result, now)),
      );
    }
    const done = await store.listImages("job", { after: 3, limit: 25, states: ["done"] });
    expect(done.map(({ index }) => index)).toEqual(Array.from({ length: 25 }, (_, n) => 13 + 10 * n));
  });
});
