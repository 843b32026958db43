/**
 * A job that is stored while its owner's erasure ends: the publisher of its first event asks for the erasure once more.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { openEmbedded } from "../../lib/backends/embedded.ts";
import { Eraser, type EraserOptions } from "../../lib/erasure/eraser.ts";
import { EventPublisher } from "../../lib/jobs/event-publisher.ts";
import type { Backends } from "../../lib/ports/backends.ts";
import { KeyManager } from "../../lib/sessions/key-manager.ts";
import { created, files, now } from "../ports/sample-jobs.ts";
import { jobEvent } from "../support/job-events.ts";
import { manualClock } from "../support/manual-clock.ts";

const box = [1, 2, 3, 4] as [number, number, number, number];
const timings = { queueMs: 1, decodeMs: 2, inferenceMs: 3, perModelMs: {} };
const encoding = { version: "v1", width: 3, height: 4, faces: [{ box, score: 0.5, encoding: [0.5] }], timings };

let folder: string;
let backends: Backends;
let publisher: EventPublisher;
const onError = (error: unknown) => console.error(error);
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "sightline-erasure-"));
  backends = await openEmbedded({ folder, leaseMs: 1_000 });
  publisher = new EventPublisher(backends.store, backends.log, { onError });
});
afterEach(async () => {
  await publisher.close();
  await backends.close();
  rmSync(folder, { recursive: true });
});

function eraserOf(options: Partial<EraserOptions> = {}): Eraser {
  return new Eraser(backends, new Uint8Array(32), {
    onKeysInvalidated: () => {},
    onErased: () => {},
    onJobErased: () => {},
    onError,
    settleMs: 0,
    ...options,
  });
}

/** As the runner does. */
async function runAll(eraser: Eraser): Promise<void> {
  for (;;) {
    const unfinished = await backends.erasures.unfinished();
    if (unfinished.length === 0) return;
    for (const { id } of unfinished) await eraser.run(id);
  }
}

it("is erased too, although the erasure has searched for the last time", async () => {
  const owner = crypto.randomUUID();
  const jobId = crypto.randomUUID();
  const { ownerData, store } = backends;
  const scrub = ownerData.scrub.bind(ownerData);
  // After the search, before the erasure is done.
  vi.spyOn(ownerData, "scrub").mockImplementationOnce(async () => {
    await scrub();
    await store.insertJob(created(jobId, { owner }), files(1));
    await eraser.request({ owner });
  });
  const eraser = eraserOf();
  const { id } = await eraser.request({ owner });
  await runAll(eraser);
  expect(await store.getJob(jobId)).toBeUndefined();
  expect(await backends.erasures.get(id)).toMatchObject({ phase: "done", erased: { jobs: 1 } });
});

it.each([
  ["after the last search", "scrub"],
  ["in the last search", "removeJobs"],
] as const)(
  "is erased too, although it came %s, and the service died before the erasure was done",
  async (_, during) => {
    const owner = crypto.randomUUID();
    const jobId = crypto.randomUUID();
    const { erasures, ownerData, store, webhooks } = backends;
    const late = async () => {
      await store.insertJob(created(jobId, { owner }), files(1));
      await eraserOf().request({ owner });
    };
    if (during === "removeJobs") vi.spyOn(webhooks, "removeJobs").mockImplementationOnce(late);
    vi.spyOn(ownerData, "scrub").mockImplementationOnce(async () => {
      if (during === "scrub") await late();
      throw new Error("killed");
    });
    const eraser = eraserOf();
    const { id } = await eraser.request({ owner });
    await expect(eraser.run(id)).rejects.toThrow("killed");
    await runAll(eraserOf());
    expect(await store.getJob(jobId)).toBeUndefined();
    expect(await erasures.get(id)).toMatchObject({ phase: "done", erased: { jobs: 1 } });
  },
);

it("keeps what another node has stored, if the erasure stood still meanwhile", async () => {
  const owner = crypto.randomUUID();
  const jobId = crypto.randomUUID();
  const { erasures, ownerData, store } = backends;
  const [slow, other] = [eraserOf(), eraserOf()];
  const phases: string[] = [];
  const remove = ownerData.remove.bind(ownerData);
  const put = erasures.put.bind(erasures);
  vi.spyOn(ownerData, "remove").mockImplementationOnce(async (owners) => {
    await remove(owners);
    await runAll(other);
    vi.spyOn(erasures, "put").mockImplementation(async (erasure) => {
      const result = await put(erasure);
      phases.push((await erasures.get(id))?.phase ?? "none");
      return result;
    });
  });
  await store.insertJob(created(jobId, { owner }), files(1));
  const { id } = await slow.request({ owner });
  await slow.run(id);
  expect(new Set(phases)).toEqual(new Set(["done"]));
  expect(await erasures.get(id)).toMatchObject({ phase: "done", erased: { jobs: 1 } });
});

it("searches until two seconds after the last session was removed, for requests that were accepted before", async () => {
  const [owner, keyId, session] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
  const { encodings, erasures, keys, ownerData, sessions } = backends;
  const clock = manualClock();
  await keys.insert("hash", { id: keyId, owner, name: "a", scopes: ["sessions"], hint: "", createdAt: now });
  const eraser = eraserOf({ clock, settleMs: 2_000 });
  const { id } = await eraser.request({ owner });
  const running = eraser.run(id);
  await expect.poll(() => clock.waits()).toEqual([100]);
  clock.advance(100);
  await expect.poll(() => clock.waits()).toEqual([1_900]);
  // By a request that was accepted before the key was removed.
  await sessions.insert("hash", { id: session, createdAt: now, openedBy: keyId });
  clock.advance(1_900);
  await expect.poll(() => clock.waits()).toEqual([100]);
  expect(await sessions.exists(session)).toBe(false);
  clock.advance(100);
  await expect.poll(() => clock.waits()).toEqual([1_900]);
  // And by one that was accepted with that session.
  await encodings.put("key", { encoding, computeMs: 1 }, session, now);
  clock.advance(1_900);
  await expect.poll(() => clock.waits()).toEqual([100]);
  clock.advance(100);
  await running;
  expect((await ownerData.count([owner, session])).cachedEncodings).toBe(0);
  expect(await erasures.get(id)).toMatchObject({
    phase: "done",
    erased: { keys: 1, sessions: 1, cachedEncodings: 1 },
  });
});

it("tells nodes what to forget, and is continued, as one receipt, when there is something of the owner again", async () => {
  const [owner, keyId, session] = [crypto.randomUUID(), crypto.randomUUID(), crypto.randomUUID()];
  const [first, second] = [crypto.randomUUID(), crypto.randomUUID()];
  const { erasures, keys, sessions, store } = backends;
  await keys.insert("hash", { id: keyId, owner, name: "a", scopes: ["jobs"], hint: "", createdAt: now });
  await sessions.insert("hash", { id: session, createdAt: now, openedBy: keyId });
  await store.insertJob(created(first, { owner: session }), files(1));
  const forgotten = { keys: new Set<string>(), owners: new Set<string>(), jobs: new Set<string>() };
  const eraser = eraserOf({
    onKeysInvalidated: (ids) => {
      for (const id of ids) forgotten.keys.add(id);
    },
    onErased: (id) => forgotten.owners.add(id),
    onJobErased: (id) => forgotten.jobs.add(id),
  });
  const { id } = await eraser.request({ keyId });
  await runAll(eraser);
  expect(forgotten).toEqual({ keys: new Set([keyId]), owners: new Set([owner, session]), jobs: new Set([first]) });

  const done = await erasures.get(id);
  expect(await eraser.request({ owner })).toEqual(done);
  await store.insertJob(created(second, { owner }), files(1));
  const continued = await eraser.request({ owner });
  expect(continued).toMatchObject({ id, phase: "checking" });
  expect([continued.checkedAt, continued.finishedAt]).toEqual([undefined, undefined]);
  await runAll(eraser);
  expect(await erasures.get(id)).toMatchObject({ phase: "done", erased: { keys: 1, sessions: 1, jobs: 2 } });
  expect(await eraser.request({ keyId })).toMatchObject({ id, phase: "done" });
});

it("finds what a crash has left of a job that is gone, although it names no owner", async () => {
  const [owner, jobId] = [crypto.randomUUID(), crypto.randomUUID()];
  const { erasures, webhooks } = backends;
  const eraser = eraserOf();
  const { id } = await eraser.request({ owner });
  await erasures.addMembers(id, "jobs", [jobId]);
  const event = jobEvent(jobId, "created", 0);
  const webhook = { sequence: 1, jobId, url: "https://example.com/", mode: "structured" as const, event };
  const after = await webhooks.position();
  await webhooks.advance({ after, cursor: 1, webhooks: [webhook], deletedJobIds: [] }, now);
  await runAll(eraser);
  expect(await erasures.get(id)).toMatchObject({ phase: "done", erased: { webhooks: 1 } });
});

it("leaves no key that was to share with one of the owner, whenever it is made", async () => {
  const secret = new Uint8Array(32);
  const { keys, ownerData } = backends;
  const manager = new KeyManager(backends, secret, "");
  const wanted = { name: "a", scopes: ["jobs" as const] };
  const { id, key } = await manager.create(wanted);
  const { owner } = await manager.identify(key);
  const insert = keys.insert.bind(keys);
  vi.spyOn(keys, "insert").mockImplementationOnce(async (...made) => {
    await eraserOf().request({ owner });
    await runAll(eraserOf());
    return insert(...made);
  });
  await expect(manager.create({ ...wanted, sharesWith: id })).rejects.toMatchObject({ type: "KEY_NOT_FOUND" });
  expect(await ownerData.keysOf(owner)).toEqual([]);
  expect((await manager.list({})).items).toEqual([]);
});

it("lets changes through for a while before the database is rewritten once more", async () => {
  const REWRITE_MS = 7_000;
  const clock = manualClock();
  const startedAt = clock.steady();
  const rewrites: number[] = [];
  vi.spyOn(backends.ownerData, "scrub").mockImplementation(async () => {
    rewrites.push((clock.steady() - startedAt) / REWRITE_MS);
    clock.advance(REWRITE_MS);
  });
  const eraser = eraserOf({ clock });
  const requested = () => eraser.request({ owner: crypto.randomUUID() });
  const [first, second] = [await requested(), await requested()];
  let done = 0;
  const run = (id: string) => eraser.run(id).then(() => done++);
  const advanceUntil = async (count: number) => {
    while (done < count) {
      await turn();
      clock.advance(50);
    }
  };
  run(first.id);
  await advanceUntil(1);
  run(second.id);
  await advanceUntil(2);
  expect(rewrites).toHaveLength(2);
  const [one = 0, other = 0] = rewrites;
  expect(other - one).toBeGreaterThanOrEqual(4);
  expect(await backends.erasures.get(second.id)).toMatchObject({ phase: "done" });
});

it("revokes the owner's keys when it is requested, before it begins", async () => {
  const { erasures, keys } = backends;
  const owner = crypto.randomUUID();
  const [id, other] = [crypto.randomUUID(), crypto.randomUUID()];
  const key = { name: "a", scopes: ["jobs" as const], hint: "", createdAt: now };
  await keys.insert("hash", { ...key, id, owner });
  await keys.insert("hash of another", { ...key, id: other, owner: other });
  const onKeysInvalidated = vi.fn();
  const eraser = eraserOf({ onKeysInvalidated });
  const erasure = await eraser.request({ keyId: id });
  expect(await keys.get(id)).toMatchObject({ revokedAt: expect.any(String) });
  // A session has no keys of its own. Whenever keys are removed, gateways check all that they know again.
  await eraser.request({ owner: crypto.randomUUID() });
  expect(onKeysInvalidated.mock.calls).toEqual([[[id]]]);
  await eraser.run(erasure.id);
  expect(await keys.get(id)).toBeUndefined();
  expect(await keys.get(other)).not.toHaveProperty("revokedAt");
  expect(await erasures.get(erasure.id)).toMatchObject({ phase: "done", erased: { keys: 1 } });
});
