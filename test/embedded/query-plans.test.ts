/** Which rows SQLite reads for what is asked. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Database } from "../../lib/backends/sqlite/database.ts";
import { EmbeddedEventLog } from "../../lib/backends/sqlite/event-log.ts";
import { EmbeddedJobStore } from "../../lib/backends/sqlite/job-store.ts";

let folder: string;
let database: Database;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sightline-plans-"));
  database = Database.open({ folder });
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
  const log = new EmbeddedEventLog(database);
  expect(await planOf(() => log.read({ after: 0, limit: 10, ...of }))).toEqual([plan]);
});

test.each([{}, { owner: "o" }, { owner: null }])("dead letters of %j are found among dead letters", async (of) => {
  const store = await EmbeddedJobStore.open(database);
  const [first] = await planOf(() => store.listDeadLetters({ limit: 10, ...of }));
  expect(first).toBe("SEARCH images USING INDEX dead_letters ((job_id,idx)>(?,?))");
});

test("expired idempotency keys are found among expired ones", async () => {
  const store = await EmbeddedJobStore.open(database);
  const plan = await planOf(() => store.sweepIdempotencyKeys("2026-01-01T00:00:00.000Z"));
  expect(plan).toEqual([
    "SEARCH idempotency_keys USING PRIMARY KEY (owner=? AND key=?)",
    expect.stringMatching(/^LIST SUBQUERY/),
    "SEARCH idempotency_keys USING COVERING INDEX idempotency_keys_by_time (claimed_at<?)",
  ]);
});
