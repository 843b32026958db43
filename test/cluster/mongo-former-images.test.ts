/** Data of version 0.1, which had a document for each image. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { JobImage } from "../../lib/jobs/job.ts";
import { createImages } from "../../lib/jobs/parcel.ts";
import { completeImage, failImage, startAttempt } from "../../lib/jobs/transitions.ts";
import { files, later, now, problem, queued, result } from "../ports/sample-jobs.ts";
import { useMongoServers } from "../support/mongo-servers.ts";
import { type MongoDatabase, newDatabase } from "../support/mongo-store.ts";

const servers = await useMongoServers();

describe.each(servers)("$name", (mongo) => {
  let database: MongoDatabase;
  beforeEach(() => {
    database = newDatabase(mongo);
  });
  afterEach(() => database.drop());

  const formerDocument = (image: JobImage) => {
    const { parcel: _none, ...body } = image;
    const { jobId, index, state, givenUp } = image;
    const stamp = `00000000000000${index}-000000`;
    const event = { id: `job.${index}.${state}.1`, stamp, event: JSON.stringify({ id: `job.${index}.${state}.1` }) };
    return {
      ...{ _id: `${jobId}/${index}`, jobId, index, state, model: "faces-haar", day: "2026-01-02" },
      ...{ change: `c${index}`, before: [], stamp, tally: JSON.stringify({ state }), body: JSON.stringify(body) },
      ...(index === 1 ? { outbox: [event], pendingSince: stamp } : { outbox: [] }),
      ...(givenUp && { deadLetter: `${jobId} ${index}` }),
    };
  };

  test("images become parcels of one image, with their results, events and dead letters", async () => {
    const transition = queued("job");
    const { store } = await database.open();
    await store.insertJob(transition, files(4));
    await store.markPublished(await store.unpublishedEvents(9));
    await database.db.collection("parcels").deleteMany({});
    const [pending, running, done, dead] = createImages("job", 0, files(4)) as [JobImage, JobImage, JobImage, JobImage];
    const images = [
      pending,
      startAttempt(running, now).next,
      completeImage(startAttempt(done, now).next, result, later).next,
      failImage(dead, problem, true, later).next,
    ];
    const former = database.db.collection<{ _id: string }>("images");
    await former.insertMany(images.map(formerDocument));

    const next = (await database.open()).store;
    const expected = images.map((image) => ({ ...image, parcel: image.index }));
    expect(await next.listImages("job", { limit: 9 })).toEqual(expected);
    expect(await next.countImages("job")).toEqual({ total: 4, pending: 1, running: 1, done: 1, failed: 1 });
    expect((await next.unpublishedEvents(9)).map(({ id }) => id)).toEqual(["job.1.running.1"]);
    expect((await next.listDeadLetters({ limit: 9 })).items.map(({ index }) => index)).toEqual([3]);
    const [started] = await next.updateParcel("job", 0, ([image]) => [startAttempt(image as JobImage, later)]);
    expect(started).toMatchObject({ index: 0, state: "running" });
    expect(await former.countDocuments()).toBe(0);
  });
});
