import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type EmbeddedOptions, openEmbedded } from "../../lib/backends/embedded.ts";
import { removeOrphans } from "../../lib/jobs/recovery.ts";
import type { Backends } from "../../lib/ports/backends.ts";
import { created, files, queued } from "../ports/sample-jobs.ts";

let folder: string;
const opened: Backends[] = [];
const children: ChildProcess[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sightline-folder-"));
});

afterEach(async () => {
  for (const backends of opened.splice(0)) await backends.close();
  for (const child of children.splice(0)) await kill(child);
  rmSync(folder, { recursive: true, force: true });
});

async function open(options: Partial<EmbeddedOptions> = {}): Promise<Backends> {
  const backends = await openEmbedded({ folder, leaseMs: 1000, ...options });
  opened.push(backends);
  return backends;
}

async function close(backends: Backends): Promise<void> {
  opened.splice(opened.indexOf(backends), 1);
  await backends.close();
}

/** A second process on the folder, with the first line it says. */
async function startHolder(): Promise<{ child: ChildProcess; said: string }> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "holder.ts"), folder], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  const [said] = (await once(child.stdout.setEncoding("utf8"), "data")) as [string];
  return { child, said: said.trim() };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, "exit");
  child.kill("SIGKILL");
  await exited;
}

describe("a data folder", () => {
  test("is refused to a second process, by name", async () => {
    const first = await open();
    const { said } = await startHolder();
    expect(said).toBe(
      `STORE_LOCKED: Another process uses the data folder ${folder}. Stop it, or set another DATA_DIR.`,
    );
    await close(first);
    expect((await startHolder()).said).toBe("open");
  });

  test("is refused to the same process a second time", async () => {
    await open();
    await expect(open()).rejects.toMatchObject({ type: "STORE_LOCKED" });
  });

  test("is free again as soon as its holder was killed", async () => {
    const { child, said } = await startHolder();
    expect(said).toBe("open");
    await expect(open()).rejects.toMatchObject({ type: "STORE_LOCKED" });
    await kill(child);
    await open();
  });

  test("is made where there is none", async () => {
    const { store } = await open({ folder: join(folder, "new/data") });
    expect(await store.getJob("none")).toBeUndefined();
  });

  test("loses its half-written images at the next start", async () => {
    await close(await open());
    const incoming = join(folder, "blobs/.incoming/half");
    writeFileSync(incoming, "half a pict");
    const { blobs } = await open();
    expect(statSync(incoming, { throwIfNoEntry: false })).toBeUndefined();
    const ids: string[] = [];
    for await (const id of blobs.jobIds()) ids.push(id);
    expect(ids).toEqual([]);
  });

  test("may have folders of its file system between those of jobs", async () => {
    await close(await open());
    mkdirSync(join(folder, "blobs/lost+found"));
    const backends = await open();
    const failures: unknown[] = [];
    await removeOrphans(backends, (error) => failures.push(error));
    expect(failures).toEqual([]);
    expect(readdirSync(join(folder, "blobs")).sort()).toEqual([".incoming", "lost+found"]);
  });

  test("forgets idempotency keys whose requests died, and keeps the completed", async () => {
    const first = await open();
    const claim = (key: string) => ({
      owner: "o",
      key,
      jobId: "other",
      claimant: "r",
      claimedAt: "2026-01-02T00:00:00.000Z",
    });
    const { store } = first;
    await store.claimIdempotencyKey(claim("dead"), "2026");
    await store.insertJob(created("job"), [], { owner: "o", key: "complete", claimant: "s", fingerprint: "f" });
    await close(first);
    const again = await open();
    expect(await again.store.claimIdempotencyKey(claim("dead"), "2026")).toBeUndefined();
    expect(await again.store.claimIdempotencyKey(claim("complete"), "2026")).toMatchObject({ fingerprint: "f" });
    // Of a gateway in another process, which has not noticed the restart.
    const late = { owner: "o", key: "dead", claimant: "late", fingerprint: "f" };
    await expect(again.store.insertJob(created("late"), [], late)).rejects.toMatchObject({
      type: "IDEMPOTENCY_KEY_IN_USE",
    });
    expect(await again.store.getJob("late")).toBeUndefined();
  });
});

describe("damage", () => {
  test("in place of the database is reported with its name, and the folder let go", async () => {
    writeFileSync(join(folder, "sightline.db"), "this is no database, whatever its name may say".repeat(100));
    const error = { type: "STORE_CORRUPT", message: expect.stringContaining(join(folder, "sightline.db")) };
    await expect(open()).rejects.toMatchObject(error);
    await expect(open()).rejects.toMatchObject(error);
  });

  test("within the database is reported", async () => {
    const first = await open();
    await first.store.insertJob(queued("job"), files(2000));
    await close(first);
    const path = join(folder, "sightline.db");
    truncateSync(path, Math.floor(statSync(path).size / 2));
    await expect(open()).rejects.toMatchObject({ type: "STORE_CORRUPT", message: expect.stringContaining(path) });
  });

  test("of a page in the middle of the database is reported", async () => {
    const first = await open();
    await first.store.insertJob(queued("job"), files(2000));
    await close(first);
    const path = join(folder, "sightline.db");
    const bytes = readFileSync(path);
    const page = 4096 * Math.floor(bytes.length / 4096 / 2);
    writeFileSync(path, bytes.fill(0x5a, page, page + 4096));
    await expect(open()).rejects.toMatchObject({ type: "STORE_CORRUPT", message: expect.stringContaining(path) });
  });

  test("of a newer version is not touched", async () => {
    await close(await open());
    const { DatabaseSync } = await import("node:sqlite");
    const database = new DatabaseSync(join(folder, "sightline.db"));
    database.exec("PRAGMA user_version = 99");
    database.close();
    await expect(open()).rejects.toMatchObject({
      type: "STORE_CORRUPT",
      message: expect.stringMatching(
        /newer version of the service: its data are of version 99, and this one reads up to/,
      ),
    });
  });

  test.each([1, 24, 100, 4119])("of the last write, short of %i bytes, costs that write alone", async (short) => {
    const { store } = await open();
    for (let n = 0; n < 20; n++) await store.insertJob(queued(`job${n}`), files(3));
    // What a crash would leave: the files as they are while the database is open.
    const crashed = join(folder, "crashed");
    mkdirSync(crashed, { mode: 0o700 });
    for (const name of ["sightline.db", "sightline.db-wal"]) copyFileSync(join(folder, name), join(crashed, name));
    const wal = join(crashed, "sightline.db-wal");
    const acknowledged = statSync(wal).size;
    await store.insertJob(queued("last"), files(3));
    const grown = readFileSync(join(folder, "sightline.db-wal"));
    expect(grown.length).toBeGreaterThan(acknowledged);
    appendFileSync(wal, grown.subarray(acknowledged, grown.length - short));

    const notices: string[] = [];
    const again = await open({ folder: crashed, onNotice: (notice) => notices.push(notice) });
    expect(notices).toEqual([expect.stringContaining("ends in the middle of a write")]);
    const { items } = await again.store.listJobs({ limit: 100 });
    expect(items.length).toBe(20);
    for (const { id } of items) expect((await again.store.countImages(id)).total).toBe(3);
    expect((await again.store.unpublishedEvents(100)).length).toBe(40);
    await again.store.insertJob(queued("next"), files(3));
  });
});

describe("a full disk", () => {
  test("is reported, keeps what was acknowledged, changes nothing else, and is over when there is room", async () => {
    const first = await open({ maxPages: 100 });
    const accepted: string[] = [];
    const refused: unknown[] = [];
    for (let n = 0; n < 60; n++)
      await first.store.insertJob(queued(`job${n}`), files(20)).then(
        () => accepted.push(`job${n}`),
        (error: unknown) => refused.push(error),
      );
    expect(accepted.length).toBeGreaterThan(5);
    expect(refused.length).toBeGreaterThan(5);
    for (const error of refused) expect(error).toMatchObject({ type: "STORAGE_FULL", code: 507 });
    await close(first);

    const { store } = await open();
    const { items } = await store.listJobs({ limit: 100, sort: { by: "createdAt", descending: false } });
    expect(items.map(({ id }) => id)).toEqual(accepted.toSorted());
    for (const { id } of items) expect((await store.countImages(id)).total).toBe(20);
    expect((await store.unpublishedEvents(1000)).length).toBe(2 * accepted.length);
    await store.insertJob(queued("more"), files(20));
  });

  test("that cuts a group of changes short rejects only changes that are not kept", async () => {
    const first = await open({ maxPages: 100 });
    const outcomes = await Promise.allSettled(
      Array.from({ length: 60 }, (_, n) => first.store.insertJob(queued(`job${n}`), files(20))),
    );
    const kept = outcomes.flatMap(({ status }, n) => (status === "fulfilled" ? [`job${n}`] : []));
    expect(kept.length).toBeLessThan(60);
    await close(first);
    const { store } = await open();
    const { items } = await store.listJobs({ limit: 100 });
    expect(items.map(({ id }) => id).sort()).toEqual(kept.sort());
  });
});

test("a write-ahead log that grew long is cut once it is in the database, and is not taken for damaged", async () => {
  const { store } = await open();
  const wal = join(folder, "sightline.db-wal");
  const { DatabaseSync } = await import("node:sqlite");
  const backup = new DatabaseSync(join(folder, "sightline.db"), { readOnly: true });
  backup.exec("BEGIN");
  backup.prepare("SELECT count(*) FROM jobs").get();
  for (let n = 0; n < 4; n++)
    await store.insertJob(queued(`during${n}`, { labels: { long: "x".repeat(6 * 2 ** 20) } }), files(1));
  expect(statSync(wal).size).toBeGreaterThan(24 * 2 ** 20);
  backup.close();
  for (let n = 0; n < 4; n++) await store.insertJob(queued(`after${n}`), files(1));
  expect(statSync(wal).size).toBeLessThanOrEqual(16 * 2 ** 20);
  const crashed = join(folder, "crashed");
  mkdirSync(crashed, { mode: 0o700 });
  for (const name of ["sightline.db", "sightline.db-wal"]) copyFileSync(join(folder, name), join(crashed, name));
  const notices: string[] = [];
  const again = await open({ folder: crashed, onNotice: (notice) => notices.push(notice) });
  expect((await again.store.listJobs({ limit: 10 })).items).toHaveLength(8);
  expect(notices.filter((notice) => notice.includes("sightline.db-wal"))).toEqual([]);
  await close(again);
});
