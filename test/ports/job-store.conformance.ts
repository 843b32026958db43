import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { jobDeletedEvent } from "../../lib/jobs/events.ts";
import {
  cancelJob,
  completeImage,
  failImage,
  finishJob,
  queueJob,
  retryImage,
  startAttempt,
  startJob,
} from "../../lib/jobs/transitions.ts";
import type { JobStore } from "../../lib/ports/job-store.ts";
import { updateImage } from "../support/update-image.ts";
import type { Opened } from "./opened.ts";
import { created, files, largeFiles, later, now, problem, queued, result } from "./sample-jobs.ts";

/** The store's changes and events; `job-store-queries.conformance.ts` has what is read by lists and keys. */
export function jobStoreConformance(name: string, open: () => Promise<Opened<JobStore>>): void {
  describe(`JobStore: ${name}`, () => {
    let opened: Opened<JobStore>;
    let store: JobStore;
    beforeEach(async () => {
      opened = await open();
      store = opened.port;
    });
    afterEach(() => opened.close());

    const unpublishedIds = async () => (await store.unpublishedEvents(10_000)).map(({ id }) => id);

    async function publishAll(): Promise<void> {
      await store.markPublished(await store.unpublishedEvents(10_000));
    }

    test("keeps a job with all its fields, its images and its events", async () => {
      const fields = {
        labels: { team: "a", "with.dots": "$b" },
        options: { minSize: 48 },
        priority: 9,
        deadline: later,
        callbackUrl: "https://example.org/hook",
        owner: "session",
      };
      const transition = queued("job", fields);
      await store.insertJob(transition, files(2));
      expect(await store.getJob("job")).toEqual(transition.next);
      expect(await store.getImage("job", 1)).toEqual({
        ...files(2)[1],
        jobId: "job",
        index: 1,
        parcel: 0,
        state: "pending",
        revision: 0,
        attempts: 0,
        attemptsBefore: 0,
        run: 1,
      });
      expect(await store.unpublishedEvents(9)).toEqual(transition.events);
    });

    test("refuses a second job of the same id, and changes nothing by it", async () => {
      await store.insertJob(created("job"), files(1));
      await expect(store.insertJob(queued("job"), files(5))).rejects.toThrow();
      expect((await store.getJob("job"))?.state).toBe("created");
      expect((await store.countImages("job")).total).toBe(1);
      expect(await unpublishedIds()).toEqual(["job.created.0"]);
    });

    test("knows nothing of a job that is not there", async () => {
      const decide = vi.fn();
      expect(await store.getJob("none")).toBeUndefined();
      expect(await store.getImage("none", 0)).toBeUndefined();
      expect(await store.listImages("none", { limit: 9 })).toEqual([]);
      expect(await store.updateJob("none", decide)).toBeUndefined();
      expect(await store.updateParcel("none", 0, decide)).toEqual([]);
      expect(await store.deleteJob("none", decide)).toBe(false);
      expect(await store.hasUnfinishedImages("none")).toBe(false);
      expect(await store.countImages("none")).toEqual({ total: 0, pending: 0, running: 0, done: 0, failed: 0 });
      expect(decide).not.toHaveBeenCalled();
    });

    test("adds images behind the last, with an event", async () => {
      await store.insertJob(created("job"), files(2));
      await publishAll();
      const added = await store.addImages("job", files(2), later);
      expect(added.map(({ index }) => index)).toEqual([2, 3]);
      expect(await store.listImages("job", { limit: 9, after: 1 })).toEqual(added);
      expect(await store.unpublishedEvents(9)).toEqual([
        expect.objectContaining({
          type: "dev.sightline.job.images_added",
          data: { jobId: "job", firstIndex: 2, added: 2 },
        }),
      ]);
    });

    test("completes an idempotency key with the images that are added, or not at all", async () => {
      await store.insertJob(created("job"), files(1));
      const key = { owner: "o", key: "k", claimant: "r", fingerprint: "f" };
      await store.addImages("job", files(2), later, { idempotency: key });
      const claim = { owner: "o", key: "k", jobId: "job", claimant: "s", claimedAt: later };
      expect(await store.claimIdempotencyKey(claim, now)).toMatchObject({ jobId: "job", fingerprint: "f" });
      await store.insertJob(queued("late"), files(1));
      await expect(store.addImages("late", files(1), now, { idempotency: { ...key, key: "l" } })).rejects.toThrow();
      expect(await store.claimIdempotencyKey({ ...claim, key: "l" }, now)).toBeUndefined();
    });

    test("gives images that are added at once different indexes", async () => {
      await store.insertJob(created("job"), []);
      const adds = await Promise.all(Array.from({ length: 20 }, () => store.addImages("job", files(3), now)));
      expect(new Set(adds.flat().map(({ index }) => index)).size).toBe(60);
      expect((await store.countImages("job")).total).toBe(60);
    });

    test("adds no image to a job that is not there or left its first state", async () => {
      await store.insertJob(queued("job"), files(1));
      await expect(store.addImages("none", files(1), now)).rejects.toMatchObject({ type: "JOB_NOT_FOUND" });
      await expect(store.addImages("job", files(1), now)).rejects.toMatchObject({ type: "JOB_STATE_CONFLICT" });
      expect((await store.countImages("job")).total).toBe(1);
    });

    test("stores a job's transition with its event", async () => {
      await store.insertJob(created("job"), files(1));
      const job = await store.updateJob("job", (current) => queueJob(current, later));
      expect(job).toMatchObject({ state: "queued", revision: 1, queuedAt: later });
      expect(await store.getJob("job")).toEqual(job);
      expect(await unpublishedIds()).toEqual(["job.created.0", "job.queued.1"]);
    });

    test("changes nothing when the decision is to leave it or throws", async () => {
      await store.insertJob(created("job"), files(1));
      expect(await store.updateJob("job", () => undefined)).toBeUndefined();
      expect(await updateImage(store, "job", 0, () => undefined)).toBeUndefined();
      await expect(store.updateJob("job", (job) => startJob(job, now))).rejects.toMatchObject({
        type: "JOB_STATE_CONFLICT",
      });
      await expect(updateImage(store, "job", 0, (i) => completeImage(i, result, now))).rejects.toMatchObject({
        type: "JOB_STATE_CONFLICT",
      });
      expect((await store.getJob("job"))?.revision).toBe(0);
      expect((await store.getImage("job", 0))?.revision).toBe(0);
      expect(await unpublishedIds()).toEqual(["job.created.0"]);
    });

    test("lets one of many make the same transition of a job", async () => {
      await store.insertJob(queued("job"), files(1));
      const start = () => store.updateJob("job", (job) => (job.state === "queued" ? startJob(job, now) : undefined));
      const jobs = await Promise.all(Array.from({ length: 20 }, start));
      expect(jobs.filter(Boolean).length).toBe(1);
      expect((await unpublishedIds()).filter((id) => id.includes("running"))).toEqual(["job.running.2"]);
    });

    test("lets one of many claim an image; each result is stored once", async () => {
      await store.insertJob(queued("job"), files(5));
      const claim = (index: number) =>
        updateImage(store, "job", index, (i) => (i.state === "pending" ? startAttempt(i, now) : undefined));
      const complete = (index: number) =>
        updateImage(store, "job", index, (i) => (i.state === "running" ? completeImage(i, result, later) : undefined));
      const indexes = Array.from({ length: 50 }, (_, n) => n % 5);
      expect((await Promise.all(indexes.map(claim))).filter(Boolean).length).toBe(5);
      expect((await Promise.all(indexes.map(complete))).filter(Boolean).length).toBe(5);
      expect(await store.getImage("job", 4)).toMatchObject({ state: "done", attempts: 1, revision: 2, result });
      const ids = (await unpublishedIds()).filter((id) => id.includes(".done.") || id.includes(".running."));
      expect(ids.length).toBe(10);
      expect(new Set(ids).size).toBe(10);
    });

    test("changes images of a parcel together, with their events in order, and leaves the others alone", async () => {
      await store.insertJob(queued("job"), [...files(40), ...largeFiles(2)]);
      const parcels = (await store.listImages("job", { limit: 99 })).map(({ parcel }) => parcel);
      expect([...new Set(parcels)]).toEqual([0, 32, 40, 41]);
      await publishAll();
      let seen: number[] = [];
      const started = await store.updateParcel("job", 32, (images) => {
        seen = images.map(({ index }) => index);
        return images.filter(({ index }) => index % 2 === 0).map((image) => startAttempt(image, now));
      });
      expect(seen).toEqual([32, 33, 34, 35, 36, 37, 38, 39]);
      expect(started.map(({ index, state }) => [index, state])).toEqual([32, 34, 36, 38].map((n) => [n, "running"]));
      expect(await unpublishedIds()).toEqual([32, 34, 36, 38].map((n) => `job.${n}.running.1`));
      const done = await store.updateParcel("job", 32, (images) =>
        images.filter(({ state }) => state === "running").map((image) => completeImage(image, result, later)),
      );
      expect(await store.listImages("job", { limit: 9, states: ["done"] })).toEqual(done);
      expect(await store.countImages("job")).toEqual({ total: 42, pending: 38, running: 0, done: 4, failed: 0 });
    });

    test("changes no image of a parcel when one transition is refused", async () => {
      await store.insertJob(queued("job"), files(3));
      const complete = store.updateParcel("job", 0, (images) =>
        images.map((image) => (image.index < 2 ? startAttempt(image, now) : completeImage(image, result, now))),
      );
      await expect(complete).rejects.toMatchObject({ type: "JOB_STATE_CONFLICT" });
      expect((await store.countImages("job")).pending).toBe(3);
      expect(await unpublishedIds()).toEqual(["job.created.0", "job.queued.1"]);
    });

    test("keeps large results of all images of a parcel, and removes them with their job", async () => {
      await store.insertJob(queued("job"), files(3));
      const faces = Array.from({ length: 60_000 }, (_, n) => [n, n, 100, 100] as [number, number, number, number]);
      await store.updateParcel("job", 0, (images) => images.map((image) => startAttempt(image, now)));
      const stored = await store.updateParcel("job", 0, (images) =>
        images.map((image) => completeImage(image, { ...result, faces: image.index === 1 ? [] : faces }, now)),
      );
      expect(stored.map(({ result: made }) => (made as typeof result).faces.length)).toEqual([60_000, 0, 60_000]);
      expect(await store.listImages("job", { limit: 9 })).toEqual(stored);
      expect(await store.getImage("job", 2)).toEqual(stored[2]);
      await publishAll();
      await store.deleteJob("job", (job) => jobDeletedEvent(job, later));
      expect(await store.listImages("job", { limit: 9 })).toEqual([]);
    });

    test("counts images by state, and tells whether any is unfinished", async () => {
      await store.insertJob(queued("job"), files(4));
      await store.insertJob(queued("other"), files(1));
      for (const index of [0, 1, 2]) await updateImage(store, "job", index, (i) => startAttempt(i, now));
      await updateImage(store, "job", 0, (i) => completeImage(i, result, now));
      await updateImage(store, "job", 1, (i) => failImage(i, problem, false, now));
      expect(await store.countImages("job")).toEqual({ total: 4, pending: 1, running: 1, done: 1, failed: 1 });
      await updateImage(store, "job", 2, (i) => completeImage(i, result, now));
      expect(await store.hasUnfinishedImages("job")).toBe(true);
      await updateImage(store, "job", 3, (i) => failImage(i, problem, false, now));
      expect(await store.hasUnfinishedImages("job")).toBe(false);
      await updateImage(store, "job", 3, (i) => retryImage(i, 2, now));
      expect(await store.hasUnfinishedImages("job")).toBe(true);
      await updateImage(store, "job", 3, (i) => startAttempt(i, now));
      expect(await store.hasUnfinishedImages("job")).toBe(true);
    });

    test("counts the jobs that were not executed, and their images", async () => {
      const staged = () => store.countImagesOfJobs({ states: ["created"] });
      expect(await staged()).toEqual({ jobs: 0, images: 0 });
      await store.insertJob(created("empty"), []);
      await store.insertJob(created("job"), files(2));
      await store.insertJob(queued("queued"), files(5));
      await store.addImages("job", files(3), now);
      expect(await staged()).toEqual({ jobs: 2, images: 5 });
      await store.updateJob("job", (job) => queueJob(job, now));
      expect(await staged()).toEqual({ jobs: 1, images: 0 });
      await store.updateJob("empty", (job) => cancelJob(job, now));
      expect(await staged()).toEqual({ jobs: 0, images: 0 });
    });

    test("counts the images of an owner's jobs in some states", async () => {
      const states = ["created", "queued"] as const;
      await store.insertJob(created("a", { owner: "x" }), files(2));
      await store.insertJob(queued("b", { owner: "x" }), files(3));
      await store.insertJob(queued("c", { owner: "y" }), files(4));
      await store.insertJob(queued("d"), files(5));
      expect(await store.countImagesOfJobs({ states, owner: "x" })).toEqual({ jobs: 2, images: 5 });
      expect(await store.countImagesOfJobs({ states, owner: null })).toEqual({ jobs: 1, images: 5 });
      expect(await store.countImagesOfJobs({ states: ["queued"] })).toEqual({ jobs: 3, images: 12 });
      expect(await store.countImagesOfJobs({ states, owner: "z" })).toEqual({ jobs: 0, images: 0 });
      await store.addImages("a", files(6), now);
      await store.updateJob("a", (job) => queueJob(job, now));
      expect(await store.countImagesOfJobs({ states: ["queued"], owner: "x" })).toEqual({ jobs: 2, images: 11 });
      await store.updateJob("b", (job) => cancelJob(job, now));
      await store.deleteJob("b", (job) => jobDeletedEvent(job, now));
      expect(await store.countImagesOfJobs({ states, owner: "x" })).toEqual({ jobs: 1, images: 8 });
      expect(await store.countImagesOfJobs({ states: ["cancelled"] })).toEqual({ jobs: 0, images: 0 });
    });

    test("closes the images of a job that is cancelled: none changes after the job's event", async () => {
      await store.insertJob(queued("job"), files(4));
      for (const index of [0, 1]) await updateImage(store, "job", index, (image) => startAttempt(image, now));
      await updateImage(store, "job", 0, (image) => completeImage(image, result, now));
      await updateImage(store, "job", 2, (image) => failImage(image, problem, false, now));
      await publishAll();
      expect(await store.updateJob("job", (job) => cancelJob(job, later))).toMatchObject({ state: "cancelled" });
      expect(await unpublishedIds()).toEqual(["job.1.pending.2", "job.cancelled.2"]);
      const counts = { total: 4, pending: 2, running: 0, done: 1, failed: 1 };
      expect(await store.countImages("job")).toEqual(counts);
      expect(await store.getJob("job")).toMatchObject({ state: "cancelled", finalImages: counts });
      const late = [
        await updateImage(store, "job", 1, (image) => completeImage(image, result, later)),
        await updateImage(store, "job", 2, (image) => retryImage(image, 2, later)),
        await updateImage(store, "job", 3, (image) => startAttempt(image, later)),
      ];
      expect(late).toEqual([undefined, undefined, undefined]);
      expect(await unpublishedIds()).toEqual(["job.1.pending.2", "job.cancelled.2"]);
      await publishAll();
      await store.deleteJob("job", (job) => jobDeletedEvent(job, later));
      expect(await unpublishedIds()).toEqual(["job.deleted"]);
    });

    test("deletes a job with all that is its, leaving the event", async () => {
      await store.insertJob(created("job", { labels: { a: "b" } }), files(3));
      await store.insertJob(created("other", { labels: { a: "b" } }), files(2));
      await publishAll();
      expect(await store.deleteJob("job", () => undefined)).toBe(false);
      expect(await store.deleteJob("job", (job) => jobDeletedEvent(job, now))).toBe(true);
      expect(await store.getJob("job")).toBeUndefined();
      expect(await store.getImage("job", 0)).toBeUndefined();
      expect((await store.countImages("job")).total).toBe(0);
      expect((await store.listJobs({ limit: 9, filter: { labels: { a: "b" } } })).items.map(({ id }) => id)).toEqual([
        "other",
      ]);
      expect((await store.countImages("other")).total).toBe(2);
      expect(await unpublishedIds()).toEqual(["job.deleted"]);
    });

    test("keeps events of a job that is deleted before they are published", async () => {
      await store.insertJob(queued("job"), files(1));
      await store.updateJob("job", (job) => cancelJob(job, now));
      await store.deleteJob("job", (job) => jobDeletedEvent(job, now));
      expect(await unpublishedIds()).toEqual(["job.created.0", "job.queued.1", "job.cancelled.2", "job.deleted"]);
    });

    test("gives unpublished events in the order of the changes until they are marked, once or twice", async () => {
      await store.insertJob(queued("a"), files(2));
      await updateImage(store, "a", 0, (i) => startAttempt(i, now));
      await updateImage(store, "a", 0, (i) => completeImage(i, result, now));
      const counts = { total: 2, pending: 0, running: 0, done: 2, failed: 0 };
      await store.updateJob("a", (job) => finishJob(job, counts, now));
      const order = ["a.created.0", "a.queued.1", "a.0.running.1", "a.0.done.2", "a.succeeded.2"];
      expect(await unpublishedIds()).toEqual(order);
      const first = await store.unpublishedEvents(2);
      await store.markPublished(first);
      expect(await unpublishedIds()).toEqual(order.slice(2));
      const [, middle] = await store.unpublishedEvents(2);
      if (middle) await store.markPublished([...first, middle]);
      expect(await unpublishedIds()).toEqual(["a.0.running.1", "a.succeeded.2"]);
      await updateImage(store, "a", 1, (i) => startAttempt(i, now));
      expect(await unpublishedIds()).toEqual(["a.0.running.1", "a.succeeded.2", "a.1.running.1"]);
      await publishAll();
      await store.markPublished([]);
      expect(await unpublishedIds()).toEqual([]);
    });

    test("wakes listeners after events can be read, until they stop", async () => {
      const seen: Promise<string[]>[] = [];
      const stop = store.onStored(() => seen.push(unpublishedIds()));
      await store.insertJob(created("job"), []);
      await expect.poll(() => seen.length).toBeGreaterThan(0);
      expect(await seen[0]).toEqual(["job.created.0"]);
      stop();
      const calls = seen.length;
      const other = vi.fn();
      const stopOther = store.onStored(other);
      await store.updateJob("job", (job) => cancelJob(job, now));
      await expect.poll(() => other).toHaveBeenCalled();
      stopOther();
      expect(seen.length).toBe(calls);
    });

    test("keeps everything when it is opened again", async () => {
      await store.insertJob(queued("job"), files(2));
      const image = await updateImage(store, "job", 1, (i) => startAttempt(i, now));
      const before = await unpublishedIds();
      store = await opened.reopen();
      expect(await store.getJob("job")).toEqual(queued("job").next);
      expect(await store.getImage("job", 1)).toEqual(image);
      expect(await unpublishedIds()).toEqual(before);
    });
  });
}
