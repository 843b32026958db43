import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { openEmbedded } from "../../lib/backends/embedded.ts";
import { steps } from "../../lib/backends/sqlite/schema.ts";

it("a data folder of the first version is brought up to date, with what is in it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sightline-steps-"));
  const old = new DatabaseSync(join(folder, "sightline.db"));
  old.exec(`PRAGMA journal_mode = WAL; BEGIN; ${steps[0]} PRAGMA user_version = 1; COMMIT`);
  const event = { id: "a.created.0", type: "dev.sightline.job.created", subject: "jobs/a", data: {} };
  old
    .prepare("INSERT INTO events (id, job_id, time, event) VALUES (?, ?, ?, ?)")
    .run(event.id, "a", "2026-01-01T00:00:00.000Z", JSON.stringify(event));
  const image = { jobId: "a", index: 7, state: "done", sha256: "", bytes: 1 };
  old
    .prepare("INSERT INTO images (job_id, idx, state, given_up, body) VALUES (?, ?, ?, 0, ?)")
    .run("a", 7, "done", JSON.stringify(image));
  const job = old.prepare(
    "INSERT INTO jobs (id, state, owner, model, priority, created_at, body) VALUES (?, ?, 'o', 'faces-haar', 5, '', '{}')",
  );
  for (const [id, state] of [
    ["x", "running"],
    ["y", "succeeded"],
    ["z", "succeeded"],
    ["a", "created"],
  ] as const)
    job.run(id, state);
  old.close();
  for (let start = 0; start < 2; start++) {
    const backends = await openEmbedded({ folder, leaseMs: 1000 });
    expect(await backends.log.read({ after: 0, limit: 9, owner: null })).toEqual([{ sequence: 1, event }]);
    expect(await backends.store.tallyImages(null)).toEqual([]);
    expect(await backends.store.tallyImages("o")).toEqual([{ model: "faces-haar", day: "", state: "done", images: 1 }]);
    expect(await backends.store.listImages("a", { limit: 9 })).toEqual([{ ...image, parcel: 7 }]);
    expect(await backends.store.countJobs()).toMatchObject({ created: 1, running: 1, succeeded: 2 });
    expect(await backends.store.countJobs({ owner: "o" })).toMatchObject({ created: 1, running: 1, succeeded: 2 });
    expect(await backends.store.keptBytes("o", "")).toBe(1);
    const counted = { jobs: 1, images: 1 };
    expect(await backends.store.countImagesOfJobs({ states: ["created"] })).toEqual(counted);
    expect(await backends.store.countImagesOfJobs({ states: ["created", "running"], owner: "o" })).toEqual({
      ...counted,
      jobs: 2,
    });
    expect(await backends.sessions.find("none")).toBeUndefined();
    expect(await backends.keys.list({ limit: 1 })).toEqual([]);
    await backends.close();
  }
  rmSync(folder, { recursive: true });
});

it("counts sessions of versions that did not know when they were used as used at the upgrade", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sightline-steps-"));
  const old = new DatabaseSync(join(folder, "sightline.db"));
  const first = steps.findIndex((step) => step.includes("sessions ADD COLUMN used_at"));
  old.exec(
    `PRAGMA journal_mode = WAL; BEGIN; ${steps.slice(0, first).join("")} PRAGMA user_version = ${first}; COMMIT`,
  );
  const session = old.prepare(
    "INSERT INTO sessions (key_hash, id, created_at) VALUES (?, ?, '2020-01-01T00:00:00.000Z')",
  );
  session.run("0a1b", "session");
  session.run("owner:of-keys", "owner");
  old.close();
  const before = new Date().toISOString();
  const backends = await openEmbedded({ folder, leaseMs: 1000 });
  const { sessions } = backends;
  expect((await sessions.find("owner:of-keys"))?.usedAt).toBeUndefined();
  const usedAt = (await sessions.find("0a1b"))?.usedAt ?? "";
  expect(usedAt >= before && usedAt <= new Date().toISOString()).toBe(true);
  expect(await sessions.endIdle(before, before, 10)).toBe(false);
  await backends.close();
  rmSync(folder, { recursive: true });
});

it("counts the faces that collections had before they were counted", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sightline-steps-"));
  const old = new DatabaseSync(join(folder, "sightline.db"));
  const first = steps.findIndex((step) => step.includes("collections ADD COLUMN faces"));
  old.exec(
    `PRAGMA journal_mode = WAL; BEGIN; ${steps.slice(0, first).join("")} PRAGMA user_version = ${first}; COMMIT`,
  );
  old.exec(`
    INSERT INTO collections (id, owner, name, body) VALUES ('c', 'o', 'n', '{"id":"c"}'), ('d', 'o', 'm', '{"id":"d"}');
    INSERT INTO collection_faces (collection_id, id, body, vector) VALUES ('c', 'f', '{}', x''), ('c', 'g', '{}', x'');
  `);
  old.close();
  const { collections, close } = await openEmbedded({ folder, leaseMs: 1000 });
  expect(await collections.list("o", { limit: 9 })).toEqual([
    { id: "d", faces: 0 },
    { id: "c", faces: 2 },
  ]);
  await collections.removeFace("c", "f");
  expect(await collections.countFaces("c")).toBe(1);
  await close();
  rmSync(folder, { recursive: true });
});

it("an upgrade that is killed goes on with the step that did not end, and says how far it is", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sightline-steps-"));
  const path = join(folder, "sightline.db");
  const version = () => {
    const database = new DatabaseSync(path);
    const { user_version } = database.prepare("PRAGMA user_version").get() as { user_version: number };
    database.close();
    return user_version;
  };
  const old = new DatabaseSync(path);
  old.exec(`PRAGMA journal_mode = WAL; BEGIN; ${steps[0]} PRAGMA user_version = 1; COMMIT`);
  old.exec("INSERT INTO jobs VALUES ('a', 'queued', 'faces-haar', NULL, 5, '', NULL, '{}')");
  old.close();
  const missing = steps.length - 1;
  const killed = new Error("killed");
  const onNotice = (notice: string) => {
    if (notice.includes(`step 4 of ${missing}`)) throw killed;
  };
  await expect(openEmbedded({ folder, leaseMs: 1000, onNotice })).rejects.toBe(killed);
  expect(version()).toBe(4);
  const notices: string[] = [];
  let turns = 0;
  const turnsBefore: number[] = [];
  const hear = (notice: string) => {
    notices.push(notice);
    turnsBefore.push(turns);
    setImmediate(() => turns++);
  };
  const backends = await openEmbedded({ folder, leaseMs: 1000, onNotice: hear });
  expect(await backends.store.countJobs()).toMatchObject({ queued: 1 });
  await backends.close();
  expect(version()).toBe(steps.length);
  const left = missing - 3;
  const ofSteps = Array.from({ length: left }, (_, n) => expect.stringContaining(`step ${n + 1} of ${left}`));
  expect(notices).toEqual([...ofSteps, `${path} is upgraded.`]);
  // What was said is written before a step holds the thread.
  expect(turnsBefore).toEqual(notices.map((_, n) => n));
  rmSync(folder, { recursive: true });
});
