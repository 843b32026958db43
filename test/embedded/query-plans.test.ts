/** Which rows SQLite reads for what is asked. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Database } from "../../lib/backends/sqlite/database.ts";
import { SqliteErasureStore } from "../../lib/backends/sqlite/erasure-store.ts";
import { SqliteEventLog } from "../../lib/backends/sqlite/event-log.ts";
import { ImageTable } from "../../lib/backends/sqlite/image-table.ts";
import { SqliteJobStore } from "../../lib/backends/sqlite/job-store.ts";
import { SqliteOwnerData } from "../../lib/backends/sqlite/owner-data.ts";
import { SqliteSessionStore } from "../../lib/backends/sqlite/session-store.ts";
import { SqliteWebhookStore } from "../../lib/backends/sqlite/webhook-store.ts";
import type { JobImage } from "../../lib/jobs/job.ts";
import { created, files, later } from "../ports/sample-jobs.ts";

const NOW = "2026-01-01T00:00:00.000Z";

let folder: string;
let database: Database;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "sightline-plans-"));
  database = await Database.open({ folder });
});
afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

/** What SQLite says about the first statement of the query, or of the change in its transaction. */
async function planOf(query: () => Promise<unknown>): Promise<unknown[]> {
  const statement = vi.spyOn(database, "statement");
  await query();
  const sql = statement.mock.calls.map(([text]) => text).find((text) => !/^(BEGIN|SAVEPOINT)/.test(text)) ?? "";
  const values = sql.match(/\?/g)?.map(() => null) ?? [];
  return database
    .statement(`EXPLAIN QUERY PLAN ${sql}`)
    .all(...values)
    .map(({ detail }) => detail);
}

test.each([
  [{}, "SEARCH events USING INTEGER PRIMARY KEY (rowid>?)"],
  [{ owner: "o" }, "SEARCH events USING INDEX events_by_owner (owner=? AND rowid>?)"],
  [{ owner: null }, "SEARCH events USING INDEX events_by_owner (owner=? AND rowid>?)"],
  [{ jobId: "j" }, "SEARCH events USING INDEX events_by_job (job_id=? AND rowid>?)"],
  // However many events of other jobs the owner has.
  [{ jobId: "j", owner: "o" }, "SEARCH events USING INDEX events_by_job (job_id=? AND rowid>?)"],
])("a page of the events of %j reads no others", async (of, plan) => {
  const log = new SqliteEventLog(database);
  expect(await planOf(() => log.read({ after: 0, limit: 10, ...of }))).toEqual([plan]);
});

test.each([
  [{}, "SEARCH images USING INDEX dead_letters ((job_id,idx)>(?,?))"],
  [{ owner: "o" }, "SEARCH images USING INDEX dead_letters_of_owner (<expr>=? AND (job_id,idx)>(?,?))"],
  [{ owner: null }, "SEARCH images USING INDEX dead_letters_of_owner (<expr>=? AND (job_id,idx)>(?,?))"],
])("a page of the dead letters of %j reads no others", async (of, plan) => {
  const store = await SqliteJobStore.open(database);
  const job = "SEARCH jobs EXISTS USING PRIMARY KEY (id=?)";
  expect(await planOf(() => store.listDeadLetters({ limit: 10, ...of }))).toEqual([plan, job]);
});

test.each([
  [{}, "SEARCH webhooks USING INDEX webhooks_failed_in_order (sequence>?)"],
  [{ owner: "o" }, "SEARCH webhooks USING INDEX webhooks_failed_by_owner (<expr>=? AND sequence>?)"],
  [{ owner: null }, "SEARCH webhooks USING INDEX webhooks_failed_by_owner (<expr>=? AND sequence>?)"],
])("a page of the failed webhooks of %j reads none that wait", async (of, plan) => {
  const webhooks = new SqliteWebhookStore(database);
  expect(await planOf(() => webhooks.listFailed({ limit: 10, ...of }))).toEqual([plan]);
});

test("the images of an owner's unfinished jobs, which each new job asks for, are counted without reading these", async () => {
  const store = await SqliteJobStore.open(database);
  const plan = await planOf(() => store.countImagesOfJobs({ states: ["created", "queued"], owner: "o" }));
  expect(plan[0]).toBe("SEARCH owner_job_counts USING PRIMARY KEY (owner=? AND state=?)");
});

test("the cancellation of a job looks only at its images that run", async () => {
  const images = new ImageTable(database);
  expect(await planOf(async () => images.running("j"))).toEqual([
    "SEARCH images USING INDEX images_by_state (job_id=? AND state=?)",
  ]);
});

test("images that are added together are counted together", async () => {
  const store = await SqliteJobStore.open(database);
  const changedRows = () => database.statement("SELECT total_changes() AS n").get()?.n as number;
  const before = changedRows();
  await store.insertJob(created("j", { owner: "o" }), files(200));
  expect(changedRows() - before).toBeLessThan(2 * 200);
  expect(await store.tallyImages("o")).toMatchObject([{ state: "pending", images: 200 }]);
});

test("the images of an owner are tallied without reading them", async () => {
  const store = await SqliteJobStore.open(database);
  const plan = await planOf(() => store.tallyImages("o"));
  expect(plan).toEqual(["SEARCH image_tallies USING PRIMARY KEY (owner=?)"]);
});

test("a page of encodings looks at no more than its limit, however few are in the time span", async () => {
  const store = await SqliteJobStore.open(database);
  await store.insertJob(created("j", { owner: "o" }), files(3));
  const results = { m: { version: "1", faces: [], timings: {} } };
  const done = { state: "done", finishedAt: NOW, result: { results } };
  await store.updateParcel("j", 0, (images) =>
    images.map((image) => ({ next: { ...image, ...done, owner: "o" } as unknown as JobImage, events: [] })),
  );
  const request = { owner: "o", model: "m", limit: 2 };
  const first = await store.listEncodings({ ...request, from: later });
  expect(first).toEqual({ items: [], nextCursor: expect.any(String) });
  const { nextCursor: cursor = "" } = first;
  expect(await store.listEncodings({ ...request, from: later, cursor })).toEqual({ items: [] });
  expect((await store.listEncodings({ ...request, from: NOW, before: later, cursor })).items).toHaveLength(1);
});

test("jobs that ended in a state are found among these", async () => {
  const store = await SqliteJobStore.open(database);
  const plan = await planOf(() => store.jobsFinishedBefore(NOW, 10, { states: ["failed", "partially_failed"] }));
  const ofState =
    "SEARCH jobs USING COVERING INDEX jobs_by_state_and_end (state=? AND (finished_at,id)>(?,?) AND finished_at<?)";
  expect(plan.filter((step) => String(step).startsWith("SEARCH"))).toEqual([
    ofState,
    ofState,
    "SEARCH jobs USING PRIMARY KEY (id=?)",
  ]);
  expect(plan).not.toContainEqual(expect.stringContaining("TEMP B-TREE"));
});

test("the bytes kept for an account are summed from an index, without those of jobs that ended long ago", async () => {
  const store = await SqliteJobStore.open(database);
  const plan = await planOf(() => store.keptBytes("a", NOW));
  const ended = "SEARCH jobs USING COVERING INDEX jobs_with_images (account=? AND finished_at";
  expect(plan.filter((step) => String(step).startsWith("SEARCH"))).toEqual([`${ended}=?)`, `${ended}>?)`]);
});

test("sessions that have ended are found among these", async () => {
  const plan = await planOf(() => new SqliteSessionStore(database).ended("", 10));
  expect(plan).toEqual(["SEARCH sessions USING INDEX ended_sessions (id>?)"]);
});

test.each(["keysOf", "count", "remove"] as const)(
  "%s of an owner reads no webhooks and keys of others",
  async (method) => {
    const plans: string[] = [];
    const statement = vi.spyOn(database, "statement");
    const ownerData = new SqliteOwnerData(database);
    await (method === "keysOf" ? ownerData.keysOf("o") : ownerData[method](["o"]));
    const queries = statement.mock.calls.map(([sql]) => sql).filter((sql) => /client_keys|webhooks/.test(sql));
    for (const sql of queries)
      plans.push(
        ...database
          .statement(`EXPLAIN QUERY PLAN ${sql}`)
          .all()
          .map(({ detail }) => String(detail)),
      );
    expect(queries).toHaveLength(1);
    const byOwner = /^SEARCH (client_keys|webhooks) USING (COVERING )?INDEX \w+_by_owner \(<expr>=\?\)$/;
    expect(plans).toContainEqual(expect.stringMatching(byOwner));
    expect(plans).not.toContainEqual(expect.stringMatching(/^SCAN (client_keys|webhooks)/));
  },
);

test("expired idempotency keys are found among expired ones", async () => {
  const store = await SqliteJobStore.open(database);
  const plan = await planOf(() => store.sweepIdempotencyKeys("2026-01-01T00:00:00.000Z"));
  expect(plan).toEqual([
    "SEARCH idempotency_keys USING PRIMARY KEY (owner=? AND key=?)",
    expect.stringMatching(/^LIST SUBQUERY/),
    "SEARCH idempotency_keys USING COVERING INDEX idempotency_keys_by_time (claimed_at<?)",
  ]);
});

test("erasures that are not done, which are looked for each second, are found among these", async () => {
  const store = new SqliteErasureStore(database);
  expect(await planOf(() => store.unfinished())).toEqual(["SCAN erasures USING INDEX unfinished_erasures"]);
});
