import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { jobDeletedEvent } from "../../lib/jobs/events.ts";
import {
  cancelJob,
  completeImage,
  failImage,
  finishJob,
  queueJob,
  retryJob,
  startAttempt,
} from "../../lib/jobs/transitions.ts";
import type { EncodingPageRequest, JobStore } from "../../lib/ports/job-store.ts";
import { updateImage } from "../support/update-image.ts";
import type { Opened } from "./opened.ts";
import { created, files, later, now, problem, queued, result } from "./sample-jobs.ts";

const MODEL = "face-encoding";

/** @param isLimited Whether a document may be too large for the store's server; without a limit it takes long. */
export function jobStoreOwnersConformance(name: string, open: () => Promise<Opened<JobStore>>, isLimited = true): void {
  describe(`JobStore's owners, tallies and encodings: ${name}`, () => {
    let opened: Opened<JobStore>;
    let store: JobStore;
    beforeEach(async () => {
      opened = await open();
      store = opened.port;
    });
    afterEach(() => opened.close());

    const owned = (count: number, owner?: string) => files(count).map((file) => (owner ? { ...file, owner } : file));

    async function done(jobId: string, index: number, vectors: number[][], version = "v1", at = now): Promise<void> {
      const faces = vectors.map((encoding) => ({ box: [1, 2, 3, 4] as [number, number, number, number], encoding }));
      const { sha256, width, height, timings } = result;
      const results = { [MODEL]: { version, faces } };
      const analysis = { sha256, width, height, results, timings: { ...timings, perModelMs: {} } };
      await updateImage(store, jobId, index, (image) => startAttempt(image, at));
      await updateImage(store, jobId, index, (image) => completeImage(image, analysis, at));
    }

    async function encodings(request: Partial<EncodingPageRequest> = {}, limit = 2) {
      const found = [];
      for (let cursor: string | undefined; ; ) {
        const all = { owner: null, model: MODEL, limit, ...request, ...(cursor && { cursor }) };
        const page = await store.listEncodings(all);
        found.push(...page.items);
        if (!page.nextCursor) break;
        cursor = page.nextCursor;
      }
      const plain = found.map(({ encodings: vectors, ...rest }) => ({
        ...rest,
        encodings: vectors.map((vector) => Array.from(vector)),
      }));
      return plain.sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b)));
    }

    test("lists an owner's jobs, or nobody's", async () => {
      await store.insertJob(created("a", { owner: "x" }), []);
      await store.insertJob(created("b", { owner: "y" }), []);
      await store.insertJob(created("c"), []);
      const ids = async (owner?: string | null) =>
        (await store.listJobs({ limit: 9, filter: owner === undefined ? {} : { owner } })).items.map(({ id }) => id);
      expect(await ids("x")).toEqual(["a"]);
      expect(await ids(null)).toEqual(["c"]);
      expect((await ids()).sort()).toEqual(["a", "b", "c"]);
    });

    test("tells the bytes of the images that are kept for an owner's jobs", async () => {
      const kept = (account: string, failedSince = now) => store.keptBytes(account, failedSince);
      expect(await kept("x")).toBe(0);
      // Files have 1000, 1001, … bytes.
      await store.insertJob(created("waiting", { owner: "x" }), files(2));
      await store.insertJob(queued("queued", { owner: "x" }), files(1));
      await store.insertJob(queued("of y", { owner: "y" }), files(1));
      await store.insertJob(queued("of a session", { owner: "s", account: "x" }), files(1));
      await store.insertJob(queued("of nobody"), files(1));
      expect(await kept("x")).toBe(4001);
      expect([await kept("y"), await kept("s")]).toEqual([1000, 0]);
      await store.addImages("waiting", files(1), now);
      expect(await kept("x")).toBe(5001);
      for (const page of ["as it was", "reopened"]) {
        expect({ page, bytes: await kept("x") }).toEqual({ page, bytes: 5001 });
        store = await opened.reopen();
      }
      await store.updateJob("waiting", (job) => cancelJob(job, later));
      expect(await kept("x")).toBe(2000);
      const end = (state: "done" | "failed") =>
        store.updateJob("queued", (job) =>
          finishJob(job, { total: 1, pending: 0, running: 0, done: 0, failed: 0, [state]: 1 }, later),
        );
      await end("failed");
      expect([await kept("x", later), await kept("x", "2026-01-02T03:04:07.000Z")]).toEqual([2000, 1000]);
      await store.updateJob("queued", (job) => retryJob(job, 0, later));
      expect(await kept("x", "2026-01-02T03:04:07.000Z")).toBe(2000);
      await end("done");
      expect(await kept("x")).toBe(1000);
      await store.deleteJob("of a session", (job) => jobDeletedEvent(job, now));
      expect(await kept("x")).toBe(0);
    });

    test("counts the bytes that uploads to a job hold, until they are added or for good", async () => {
      const kept = () => store.keptBytes("x", now);
      await store.insertJob(created("job", { owner: "x" }), files(1));
      await store.holdBytes("job", "a", 10_000);
      await store.holdBytes("job", "b", 100);
      // In place of what it held.
      await store.holdBytes("job", "b", 2000);
      expect(await kept()).toBe(13_000);
      await store.addImages("job", files(1), now, { upload: "b" });
      expect(await kept()).toBe(12_000);
      await store.settleBytes("job", "b", 700);
      expect(await kept()).toBe(12_000);
      await store.settleBytes("job", "a", 500);
      // Sent again.
      await store.settleBytes("job", "a", 500);
      expect(await kept()).toBe(2500);
      // Of a gateway that dies, and of one that goes on while the store is restarted.
      await store.holdBytes("job", "c", 30);
      await store.holdBytes("job", "d", 5000);
      store = await opened.reopen();
      expect(await kept()).toBe(7530);
      await store.addImages("job", files(1), now, { upload: "d" });
      expect(await kept()).toBe(3530);
      await Promise.all(Array.from({ length: 9 }, (_, n) => store.holdBytes("job", `e${n}`, 10)));
      const ends = Array.from({ length: 9 }, (_, n) =>
        n % 2 === 0 ? store.addImages("job", [], now, { upload: `e${n}` }) : store.settleBytes("job", `e${n}`, 1),
      );
      await Promise.all(ends);
      expect(await kept()).toBe(3534);
      // A request that is given up while its images are being added: they count, whichever comes first.
      await store.holdBytes("job", "g", 100_000);
      await Promise.all([store.addImages("job", files(1), now, { upload: "g" }), store.settleBytes("job", "g", 0)]);
      expect(await kept()).toBe(4534);
      // The gateway has given up, and then the images are added after all.
      await store.holdBytes("job", "h", 5000);
      await store.settleBytes("job", "h", 1000);
      expect(await kept()).toBe(5534);
      await store.addImages("job", files(1), now, { upload: "h" });
      expect(await kept()).toBe(5534);
      await store.updateJob("job", (job) => queueJob(job, now));
      await expect(store.holdBytes("job", "f", 1)).rejects.toMatchObject({ type: "JOB_STATE_CONFLICT" });
      await expect(store.holdBytes("none", "f", 1)).rejects.toMatchObject({ type: "JOB_NOT_FOUND" });
      await store.settleBytes("none", "f", 1);
      expect(await kept()).toBe(5534);
    });

    test("lists an owner's dead letters, or nobody's", async () => {
      for (const [id, owner] of [
        ["a", "x"],
        ["b", undefined],
      ] as const) {
        await store.insertJob(queued(id, owner ? { owner } : {}), owned(1, owner));
        await updateImage(store, id, 0, (image) => failImage(image, problem, true, now));
      }
      const ids = async (owner: string | null) =>
        (await store.listDeadLetters({ limit: 9, owner })).items.map(({ jobId }) => jobId);
      expect(await ids("x")).toEqual(["a"]);
      expect(await ids(null)).toEqual(["b"]);
    });

    test.runIf(isLimited)("keeps the encodings of a parcel that are many, and lists them", async () => {
      // 17 MB as they are compared: a document of MongoDB has at most 16 MiB.
      const [images, faces, dimensions] = [32, 130, 512];
      const vectorOf = (image: number, face: number) =>
        Array.from({ length: dimensions }, (_, n) => (n === 0 ? image : n === 1 ? face : 0.5));
      const { faces: _boxes, ...rest } = result;
      const analysis = (image: number) => {
        const ofFaces = Array.from({ length: faces }, (_, face) => ({
          box: [1, 2, 3, 4] as [number, number, number, number],
          encoding: vectorOf(image, face),
        }));
        return {
          ...rest,
          results: { [MODEL]: { version: "v1", faces: ofFaces } },
          timings: { ...rest.timings, perModelMs: {} },
        };
      };
      await store.insertJob(queued("job"), files(images));
      await store.updateParcel("job", 0, (all) => all.map((image) => startAttempt(image, now)));
      await store.updateParcel("job", 0, (all) =>
        all.map((image) => completeImage(image, analysis(image.index), image.index === 0 ? now : later)),
      );
      expect(await store.countImages("job")).toMatchObject({ total: images, done: images });
      const found = (await encodings()).map(({ encodings: vectors, ...one }) => ({
        ...one,
        image: vectors[0]?.[0],
        faces: vectors.map((vector) => vector[1]),
        dimensions: vectors[0]?.length,
      }));
      expect(found.sort((a, b) => Number(a.image) - Number(b.image))).toEqual(
        Array.from({ length: images }, (_, image) => ({
          version: "v1",
          finishedAt: image === 0 ? now : later,
          image,
          faces: [...Array(faces).keys()],
          dimensions,
        })),
      );
      expect(await encodings({ from: later })).toHaveLength(images - 1);
      expect(await encodings({ model: "another" })).toEqual([]);
      await store.deleteJob("job", (job) => jobDeletedEvent(job, later));
      expect(await encodings()).toEqual([]);
    });

    test.runIf(isLimited)("keeps a result of any size, and lists its encodings", async () => {
      // A document of MongoDB has at most 16 MiB: 17 that cannot be compressed stand for those of very many faces.
      const label = randomBytes(17 * 2 ** 20).toString("base64");
      const faces = [{ box: [1, 2, 3, 4] as [number, number, number, number], encoding: [0.5, -1e-9] }];
      const { faces: _boxes, ...rest } = result;
      const results = { other: { version: "v2", labels: [{ label, score: 1 }] }, [MODEL]: { version: "v1", faces } };
      const analysis = { ...rest, results, timings: { ...rest.timings, perModelMs: {} } };
      await store.insertJob(queued("job"), files(1));
      await updateImage(store, "job", 0, (image) => startAttempt(image, now));
      await updateImage(store, "job", 0, (image) => completeImage(image, analysis, now));
      const image = await store.getImage("job", 0);
      expect(isDeepStrictEqual(image?.result, analysis)).toBe(true);
      expect(await encodings()).toEqual([{ version: "v1", finishedAt: now, encodings: [faces[0]?.encoding] }]);
      await store.deleteJob("job", (job) => jobDeletedEvent(job, later));
      expect(await encodings()).toEqual([]);
    });

    test("stores each event with its owner", async () => {
      await store.insertJob(created("a", { owner: "x" }), owned(1, "x"));
      await store.addImages("a", owned(1, "x"), now);
      await updateImage(store, "a", 0, (image) => startAttempt(image, now));
      await store.deleteJob("a", (job) => jobDeletedEvent(job, now));
      const events = await store.unpublishedEvents(100);
      expect(events.length).toBeGreaterThanOrEqual(4);
      expect(new Set(events.map(({ owner }) => owner))).toEqual(new Set(["x"]));
    });

    test("tells whether events of owners are unpublished, however many others are stored before", async () => {
      await store.insertJob(created("nobody's"), files(1));
      await store.insertJob(created("a", { owner: "x" }), owned(1, "x"));
      const has = (...owners: string[]) => store.hasUnpublishedEvents(owners);
      expect([await has("x"), await has("y", "x"), await has("y"), await has()]).toEqual([true, true, false, false]);
      await store.markPublished(await store.unpublishedEvents(100));
      expect(await has("x")).toBe(false);
      await updateImage(store, "a", 0, (image) => startAttempt(image, now));
      expect(await has("x")).toBe(true);
      await store.deleteJob("a", (job) => jobDeletedEvent(job, now));
      const events = await store.unpublishedEvents(100);
      await store.markPublished(events.slice(0, 1));
      expect(await has("x")).toBe(true);
      await store.markPublished(events);
      expect(await has("x")).toBe(false);
    });

    test("tallies an owner's images by model, day and state", async () => {
      await store.insertJob(queued("a", { model: MODEL }), files(3));
      await store.insertJob(created("b", { model: MODEL }, "2026-02-03T23:59:59.999Z"), files(2));
      await store.insertJob(queued("c"), files(1));
      await store.insertJob(queued("d", { owner: "x", model: MODEL }), owned(4, "x"));
      await done("a", 0, [[1]]);
      await updateImage(store, "a", 1, (image) => failImage(image, problem, false, now));
      const tallies = (await store.tallyImages(null)).map(({ model, day, state, images }) =>
        [model, day, state, images].join(" "),
      );
      expect(tallies.sort()).toEqual([
        `${MODEL} 2026-01-02 done 1`,
        `${MODEL} 2026-01-02 failed 1`,
        `${MODEL} 2026-01-02 pending 1`,
        `${MODEL} 2026-02-03 pending 2`,
        "faces-haar 2026-01-02 pending 1",
      ]);
      expect(await store.tallyImages("x")).toMatchObject([{ model: MODEL, state: "pending", images: 4 }]);
      expect(await store.tallyImages("y")).toEqual([]);

      await updateImage(store, "c", 0, (image) => startAttempt(image, now));
      const ofHaar = async () => (await store.tallyImages(null)).filter(({ model }) => model === "faces-haar");
      expect(await ofHaar()).toMatchObject([{ state: "running", images: 1 }]);
      await store.updateJob("c", (job) => cancelJob(job, now));
      expect(await ofHaar()).toMatchObject([{ state: "pending", images: 1 }]);
      for (const id of ["c", "d"]) await store.deleteJob(id, (job) => jobDeletedEvent(job, now));
      expect(await ofHaar()).toEqual([]);
      expect(await store.tallyImages("x")).toEqual([]);
    });

    test("pages through encodings, number for number, each image once", async () => {
      await store.insertJob(queued("a", { model: MODEL }), files(4));
      await store.insertJob(queued("b", { model: MODEL, owner: "x" }), owned(1, "x"));
      const vectors = [
        [[1 / 3, -1e-9]],
        [],
        [
          [1, 2],
          [3, 4],
        ],
      ] as number[][][];
      for (const [index, ofImage] of vectors.entries()) await done("a", index, ofImage);
      await done("b", 0, [[9, 9]], "v2");
      const expected = vectors.map((ofImage) => ({ version: "v1", finishedAt: now, encodings: ofImage }));
      const sorted = expected.sort((p, q) => JSON.stringify(p).localeCompare(JSON.stringify(q)));
      for (const limit of [1, 2, 3, 4]) expect(await encodings({}, limit)).toEqual(sorted);
      store = await opened.reopen();
      expect(await encodings()).toEqual(sorted);
      expect(await encodings({ owner: "x" })).toMatchObject([{ version: "v2", encodings: [[9, 9]] }]);
      expect(await encodings({ model: "other" })).toEqual([]);
    });

    test("picks encodings by the time their image was done", async () => {
      await store.insertJob(queued("a", { model: MODEL }), files(2));
      await done("a", 0, [[1]], "v1", now);
      await done("a", 1, [[2]], "v1", later);
      const values = async (span: { from?: string; before?: string }) =>
        (await encodings(span)).map((image) => image.encodings[0]?.[0]);
      expect(await values({ from: now })).toEqual([1, 2]);
      expect(await values({ from: later })).toEqual([2]);
      expect(await values({ before: later })).toEqual([1]);
      expect(await values({ from: now, before: now })).toEqual([]);
    });

    test("has no encodings of deleted jobs", async () => {
      await store.insertJob(queued("a", { model: MODEL }), files(1));
      await done("a", 0, [[1]]);
      await store.deleteJob("a", (job) => jobDeletedEvent(job, now));
      expect(await encodings()).toEqual([]);
      expect(await store.tallyImages(null)).toEqual([]);
    });
  });
}
