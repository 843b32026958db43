import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { jobDeletedEvent } from "../../lib/jobs/events.ts";
import type { Backends } from "../../lib/ports/backends.ts";
import type { Counts } from "../../lib/ports/erasure-store.ts";
import type { Opened } from "./opened.ts";
import { created, files, later, now } from "./sample-jobs.ts";

/** The ports to the data of owners. */
type Ports = Pick<
  Backends,
  "ownerData" | "store" | "sessions" | "keys" | "encodings" | "collections" | "webhooks" | "webhookSecrets"
>;

const box = [1, 2, 3, 4] as [number, number, number, number];
const timings = { queueMs: 1, decodeMs: 2, inferenceMs: 3, perModelMs: {} };
const encoding = { version: "v1", width: 3, height: 4, faces: [{ box, score: 0.5, encoding: [0.5] }], timings };

export function ownerDataConformance(name: string, open: () => Promise<Opened<Ports>>): void {
  describe(`OwnerData: ${name}`, () => {
    let opened: Opened<Ports>;
    let ports: Ports;
    beforeEach(async () => {
      opened = await open();
      ports = opened.port;
    });
    afterEach(() => opened.close());

    const addKey = (id: string, owner: string) =>
      ports.keys.insert(`hash of ${id}`, { id, owner, name: id, scopes: ["jobs"], hint: "sl_", createdAt: now });
    const addSession = (id: string, openedBy?: string) =>
      ports.sessions.insert(`hash of ${id}`, { id, createdAt: now, ...(openedBy && { openedBy }) });
    const sessionIds = (keyIds: string[], after?: string, limit = 9) =>
      ports.ownerData.sessionsOf(keyIds, { limit, ...(after && { after }) });

    /** Gives an owner one of everything; its job has two images. */
    async function fill(owner: string, sequence: number): Promise<string> {
      const { store, sessions, encodings, collections, webhooks, webhookSecrets } = ports;
      const jobId = `job of ${owner}`;
      const move = created(jobId, { owner });
      await store.claimIdempotencyKey({ owner, key: "k", jobId, claimant: owner, claimedAt: now }, now);
      const images = files(2).map((file) => ({ ...file, owner }));
      await store.insertJob(move, images, { owner, key: "k", claimant: owner, fingerprint: "f" });
      const webhook = { sequence, jobId, url: "https://a.example/", event: move.events[0] as never };
      const after = await webhooks.position();
      await webhooks.advance({ after, cursor: sequence, webhooks: [webhook], deletedJobIds: [] }, now);
      await webhookSecrets.put({ owner, origin: "https://a.example", secret: "whsec_a", createdAt: now }, undefined);
      await sessions.insert(`owner:${owner}`, { id: owner, createdAt: now });
      await sessions.addImage(owner, { sha256: "a", encodings: [[0.5]] }, 5);
      await encodings.put(`k${owner}`, { encoding, computeMs: 1 }, owner, now);
      await collections.insert({ id: `c${owner}`, owner, name: "x", model: "m", version: "v1", createdAt: now });
      const face = { id: `f${owner}`, label: null, sha256: null, box, addedAt: now };
      await collections.addFaces(`c${owner}`, [{ face, encoding: [0.5] }], 10);
      return jobId;
    }

    const present = (counts: Counts) => Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
    const all = {
      jobs: 1,
      images: 2,
      sessionImages: 1,
      idempotencyKeys: 1,
      webhooks: 1,
      webhookSecrets: 1,
      cachedEncodings: 1,
      collections: 1,
      faces: 1,
    };

    test("finds the keys of an owner, and the sessions opened with them, in pages", async () => {
      for (const [id, owner] of [
        ["1", "x"],
        ["2", "x"],
        ["3", "y"],
      ] as const)
        await addKey(id, owner);
      await ports.keys.revoke("2", later);
      for (const [id, key] of [
        ["b", "1"],
        ["a", "2"],
        ["c", "3"],
        ["d", "1"],
      ] as const)
        await addSession(id, key);
      await addSession("e");
      expect((await ports.ownerData.keysOf("x")).sort()).toEqual(["1", "2"]);
      expect(await ports.ownerData.keysOf("z")).toEqual([]);
      expect(await sessionIds(["1", "2"])).toEqual(["a", "b", "d"]);
      expect(await sessionIds(["1", "2"], undefined, 2)).toEqual(["a", "b"]);
      expect(await sessionIds(["1", "2"], "b")).toEqual(["d"]);
      expect(await sessionIds([])).toEqual([]);
    });

    test("counts and removes keys and sessions of an owner only", async () => {
      await addKey("1", "x");
      await addKey("2", "y");
      await ports.sessions.insert("owner:x", { id: "x", createdAt: now });
      for (const [id, key] of [
        ["a", "1"],
        ["b", "2"],
      ] as const)
        await addSession(id, key);
      const { ownerData } = ports;
      const target = { owner: "x", keyIds: ["1"] };
      const request = (jobId: string) => ({ owner: "admin", key: jobId, jobId, claimant: "c", claimedAt: now });
      const isKnown = async (id: string) =>
        (await ports.store.claimIdempotencyKey({ ...request(id), fingerprint: "f" }, now)) !== undefined;
      expect([await isKnown("1"), await isKnown("2")]).toEqual([false, false]);
      expect(await ownerData.countAccess(target)).toEqual({ keys: 1, sessions: 2 });
      await ownerData.removeKeys(target);
      expect([await isKnown("1"), await isKnown("2")]).toEqual([false, true]);
      expect(await ownerData.countAccess(target)).toEqual({ keys: 0, sessions: 2 });
      await ownerData.removeSessions(["a", "x", "unknown"]);
      expect(await ownerData.countAccess(target)).toEqual({ keys: 0, sessions: 0 });
      ports = await opened.reopen();
      expect(await ports.keys.findByHash("hash of 1")).toBeUndefined();
      expect(await ports.sessions.exists("x")).toBe(false);
      expect(await ports.ownerData.countAccess({ owner: "y", keyIds: ["2"] })).toEqual({ keys: 1, sessions: 1 });
    });

    test("counts all that owners have, of any number of them", async () => {
      await fill("x", 1);
      await fill("y", 2);
      const { ownerData } = ports;
      expect(present(await ownerData.count(["x"]))).toMatchObject(all);
      const twice = Object.fromEntries(Object.entries(all).map(([kind, count]) => [kind, 2 * count]));
      const owners = ["x", "y", ...Array.from({ length: 198 }, () => crypto.randomUUID())];
      expect(present(await ownerData.count(owners))).toMatchObject(twice);
      expect(present(await ownerData.count(["z", ".*", "x|y", ""]))).toEqual({});
      expect(present(await ownerData.count([]))).toEqual({});
    });

    test("removes of the owners what no other port removes, and nothing of others", async () => {
      await fill("x", 1);
      await fill("y", 2);
      const { ownerData } = ports;
      const before = await ownerData.count(["y"]);
      await ownerData.remove([]);
      await ownerData.remove([".*"]);
      expect(present(await ownerData.count(["x"]))).toMatchObject(all);
      await ownerData.remove(["x"]);
      const left = await ownerData.count(["x"]);
      for (const kind of ["sessionImages", "idempotencyKeys", "webhooks", "webhookSecrets"])
        expect(left[kind], kind).toBe(0);
      expect(await ownerData.count(["y"])).toEqual(before);
      expect(await ports.sessions.exists("x")).toBe(true);
    });

    test("counts a job's data with its owner or with the job, never with both", async () => {
      const jobId = await fill("x", 1);
      const { ownerData, store } = ports;
      expect(present(await ownerData.countOfJobs([jobId]))).toEqual({});
      await store.deleteJob(jobId, (job) => jobDeletedEvent(job, later));
      expect(present(await ownerData.countOfJobs([jobId, "unknown"]))).toEqual({});
      expect(await ownerData.count(["x"])).toMatchObject({ images: 0, idempotencyKeys: 0, webhooks: 1 });
    });

    test("removes what is left of jobs, and nothing of others", async () => {
      const jobId = await fill("x", 1);
      await fill("y", 2);
      const { ownerData, store } = ports;
      const before = await ownerData.count(["y"]);
      await store.deleteJob(jobId, (job) => jobDeletedEvent(job, later));
      await ownerData.removeOfJobs([jobId, "unknown"]);
      await ownerData.removeOfJobs([]);
      expect(await ownerData.count(["x"])).toMatchObject({ images: 0, idempotencyKeys: 0, webhooks: 0 });
      expect(await ownerData.count(["y"])).toEqual(before);
    });

    test("scrubs, and keeps what is there", async () => {
      await fill("x", 1);
      await ports.ownerData.scrub();
      ports = await opened.reopen();
      expect(present(await ports.ownerData.count(["x"]))).toMatchObject(all);
    });
  });
}
