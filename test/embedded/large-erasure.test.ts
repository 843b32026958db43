/**
 * The erasure of an owner with many jobs, some of them in sessions, which is interrupted and continued. Its record does
 * not grow with them. `ERASURE_JOBS=200000` is the long form.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { openEmbedded } from "../../lib/backends/embedded.ts";
import { Eraser } from "../../lib/erasure/eraser.ts";
import { EventPublisher } from "../../lib/jobs/event-publisher.ts";
import type { Backends } from "../../lib/ports/backends.ts";
import { created, files, now } from "../ports/sample-jobs.ts";
import { useMongoServers } from "../support/mongo-servers.ts";
import { type MongoDatabase, newDatabase } from "../support/mongo-store.ts";

const JOBS = Number(process.env.ERASURE_JOBS ?? 450);
const SESSIONS = 210;
/** Of an owner that stays. */
const OTHER_JOBS = 30;
/** Fewer than the connections of a client of MongoDB, for which the others would wait too long on a busy machine. */
const AT_ONCE = 50;
const MAX_RECORD_BYTES = 1_000;
/** For what hangs: a machine with much other work takes two minutes for the short form. */
const TIMEOUT_MS = 300_000 + 20 * JOBS;

/** FerretDB takes minutes: it writes some 30 documents in a second. The conformance suites run on it. */
const servers = (await useMongoServers()).filter(({ name }) => name !== "FerretDB");
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sightline-erasure-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const onError = (error: unknown) => console.error(error);

/** An owner with a key, with sessions opened with it, and with jobs of one image that belong to either. */
async function fill(
  { keys, sessions, store }: Backends,
  { owner, jobs, sessionCount }: { owner: string; jobs: number; sessionCount: number },
): Promise<void> {
  const keyId = crypto.randomUUID();
  await keys.insert(`hash ${keyId}`, { id: keyId, owner, name: "a", scopes: ["jobs"], hint: "", createdAt: now });
  const owners = [owner, ...Array.from({ length: sessionCount }, () => crypto.randomUUID())];
  for (const id of owners.slice(1)) await sessions.insert(`hash ${id}`, { id, createdAt: now, openedBy: keyId });
  for (let first = 0; first < jobs; first += AT_ONCE) {
    const numbers = Array.from({ length: Math.min(AT_ONCE, jobs - first) }, (_, n) => first + n);
    await Promise.all(
      numbers.map((n) => {
        // Half of them are the owner's own.
        const of = owners[n % 2 === 0 ? 0 : n % owners.length] as string;
        const images = files(1).map((file) => ({ ...file, owner: of }));
        return store.insertJob(created(crypto.randomUUID(), { owner: of }), images);
      }),
    );
  }
}

async function jobsOf({ store }: Backends): Promise<number> {
  const counts = await store.countJobs();
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** @param stop Ends the first part; also called later, without effect. It may throw, as a store does. */
async function eraseInTwoParts(
  open: () => Promise<Backends>,
  stop: () => void = () => {
    throw new Error("interrupted");
  },
  signal?: AbortSignal,
): Promise<void> {
  const eraser = (backends: Backends) =>
    new Eraser(backends, new Uint8Array(32), {
      onKeysInvalidated: () => {},
      onErased: () => {},
      onJobErased: () => {},
      onError,
      settleMs: 0,
    });
  let backends = await open();
  let publisher = new EventPublisher(backends.store, backends.log, { onError });
  await fill(backends, { owner: "owner", jobs: JOBS, sessionCount: SESSIONS });
  await fill(backends, { owner: "other", jobs: OTHER_JOBS, sessionCount: 10 });
  const { id } = await eraser(backends).request({ owner: "owner" });

  const { store } = backends;
  const deleteJob = store.deleteJob.bind(store);
  let deleted = 0;
  vi.spyOn(store, "deleteJob").mockImplementation(async (...job) => {
    if (++deleted > JOBS / 4) stop();
    return deleteJob(...job);
  });
  await expect(eraser(backends).run(id, signal)).rejects.toThrow("interrupted");
  // The page of jobs in progress is the last one.
  expect(deleted).toBeLessThan(JOBS / 2);
  await publisher.close();
  await backends.close();

  backends = await open();
  publisher = new EventPublisher(backends.store, backends.log, { onError });
  expect(await jobsOf(backends)).toBeGreaterThan(OTHER_JOBS);
  const put = vi.spyOn(backends.erasures, "put");
  const erase = vi.spyOn(backends.log, "erase");
  const startedAt = performance.now();
  // The runner repeats a run that fails, such as one that has waited long for the events.
  await vi.waitUntil(
    () =>
      eraser(backends)
        .run(id)
        .then(
          () => true,
          () => false,
        ),
    { timeout: TIMEOUT_MS },
  );
  if (JOBS > 10_000) console.log(`${(3 * JOBS) / 4} jobs in ${Math.round(performance.now() - startedAt)} ms`);

  expect(await backends.erasures.get(id)).toMatchObject({
    phase: "done",
    erased: { keys: 1, sessions: SESSIONS, jobs: JOBS, images: JOBS },
  });
  for (const [record] of put.mock.calls) expect(JSON.stringify(record).length).toBeLessThan(MAX_RECORD_BYTES);
  // Each refuses what is being appended just then, also for others.
  expect(erase.mock.calls.length).toBeLessThan(SESSIONS / 4);
  for (const kind of ["sessions", "jobs"] as const)
    expect(await backends.erasures.members(id, kind, { limit: 1 })).toEqual([]);
  expect(await jobsOf(backends)).toBe(OTHER_JOBS);
  expect(await backends.ownerData.keysOf("other")).toHaveLength(1);
  await publisher.close();
  await backends.close();
}

const openFolder = () => openEmbedded({ folder, leaseMs: 1_000 });

it("in SQLite, of many jobs and sessions", { timeout: TIMEOUT_MS }, () => eraseInTwoParts(openFolder));

it("in SQLite, when the service stops", { timeout: TIMEOUT_MS }, () => {
  const closing = new AbortController();
  return eraseInTwoParts(openFolder, () => closing.abort(new Error("interrupted")), closing.signal);
});

describe.each(servers)("on $name", (server) => {
  let database: MongoDatabase;
  beforeEach(() => {
    database = newDatabase(server);
  });
  afterEach(() => database.drop());

  it("of many jobs and sessions", { timeout: TIMEOUT_MS }, () =>
    // Without NATS: the queue, the event log and the images are those of one machine.
    eraseInTwoParts(async () => {
      const [embedded, mongo] = [await openFolder(), await database.open()];
      const close = async () => {
        await embedded.close();
        await mongo.close();
      };
      return { ...embedded, ...mongo, close };
    }),
  );
});
