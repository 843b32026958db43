/** Webhooks of which thousands wait for one receiver. */
import { rmSync } from "node:fs";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Database } from "../../lib/backends/sqlite/database.ts";
import { SqliteWebhookStore } from "../../lib/backends/sqlite/webhook-store.ts";
import type { Receiver } from "../../lib/ports/webhook-store.ts";
import { jobEvent } from "../support/job-events.ts";
import { temporaryFolder } from "../support/service.ts";

const WAITING = 1_500;
const SLOW = "https://slow.example";
const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const webhook = (sequence: number, jobId: string, origin: string, owner?: string) => ({
  ...{ sequence, jobId, url: `${origin}/hook` },
  event: { ...jobEvent(jobId, "queued", sequence), ...(owner && { owner }) },
});

let folder: string;
let database: Database;
let store: SqliteWebhookStore;
beforeEach(async () => {
  folder = temporaryFolder();
  database = await Database.open({ folder });
  store = new SqliteWebhookStore(database);
  const waiting = Array.from({ length: WAITING }, (_, n) => webhook(n + 1, `slow-${n}`, SLOW));
  await add(waiting, 0);
});
afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true });
});

async function add(webhooks: ReturnType<typeof webhook>[], second: number): Promise<void> {
  const after = await store.position();
  const page = { after, cursor: webhooks.at(-1)?.sequence ?? 0, webhooks, deletedJobIds: [] };
  expect(await store.advance(page, at(second))).toBeDefined();
}

test("while it is busy, those for others are found, the first due first, in few rows", async () => {
  await add([webhook(3_001, "b", "https://b.example"), webhook(3_002, "a", "https://a.example")], 2);
  await add([webhook(3_003, "c", "https://c.example"), webhook(3_004, "d", "https://c.example")], 1);
  const next = async (jobIds: string[], origins: string[], second = 9) =>
    (await store.nextDue(at(second), { jobIds, origins: [SLOW, ...origins] }))?.sequence;
  const statement = vi.spyOn(database, "statement");
  expect(await next([], [])).toBe(3_003);
  const plans = statement.mock.calls.flatMap(([sql]) => database.statement(`EXPLAIN QUERY PLAN ${sql}`).all());
  expect(plans.length).toBeGreaterThan(3);
  expect(plans.filter(({ detail }) => /^SCAN webhooks/.test(String(detail)))).toEqual([]);
  const byReceiver = "SEARCH webhooks USING INDEX webhooks_due_of_receiver (owner=? AND origin=? AND due_at<?)";
  expect(plans.map(({ detail }) => detail)).toContain(byReceiver);
  expect(await next(["c"], [])).toBe(3_004);
  expect(await next(["c", "d"], [])).toBe(3_001);
  expect(await next([], ["https://c.example"])).toBe(3_001);
  expect(await next([], ["https://b.example", "https://c.example"])).toBe(3_002);
  expect(await next([], ["https://a.example", "https://b.example", "https://c.example"])).toBeUndefined();
  expect(await next([], [], 0)).toBeUndefined();
  expect(await store.nextDue(at(9), { jobIds: ["slow-0"] })).toMatchObject({ sequence: 2 });
});

test("while an owner is busy whose webhooks all go elsewhere, those of others are found, the first due first", async () => {
  const busy = Array.from({ length: WAITING }, (_, n) =>
    webhook(2_000 + n, `busy-${n}`, `https://r${n}.example`, "busy"),
  );
  await add(busy, 0);
  await add([webhook(4_001, "b", "https://b.example", "b"), webhook(4_002, "c", "https://r7.example", "c")], 2);
  await add([webhook(4_003, "d", "https://r7.example", "b")], 1);
  const next = async (owners: string[], origins: string[] = [], jobIds: string[] = []) =>
    (await store.nextDue(at(9), { jobIds, owners, origins }))?.sequence;
  expect(await next(["busy"])).toBe(1);
  // Those for the slow receiver have no owner.
  expect(await next(["busy", ""])).toBe(4_003);
  expect(await next(["busy", ""], [], ["d"])).toBe(4_001);
  expect(await next(["busy", ""], ["https://r7.example"])).toBe(4_001);
  expect(await next(["busy", "", "b"])).toBe(4_002);
  expect(await next(["busy", "", "b", "c"])).toBeUndefined();
  expect(await next([""])).toBe(2_000);
});

test("all that were given up are swept, some at a time", async () => {
  for (let n = 0; n < WAITING; n++) await store.giveUp({ sequence: n + 1, jobId: `slow-${n}` }, "HTTP 500", at(n % 2));
  const write = vi.spyOn(database, "write");
  expect(await store.sweepFailed(at(1))).toBe(WAITING / 2);
  expect(write.mock.calls.length).toBeGreaterThan(1);
  expect(await store.listFailed({ limit: WAITING })).toHaveLength(WAITING / 2);
});

test("while origins are busy for an owner, those of others for them are found in few rows", async () => {
  const OTHER = "https://other.example";
  await add([webhook(3_001, "b", SLOW, "b"), webhook(3_002, "c", OTHER, "c")], 2);
  await add([webhook(3_003, "d", OTHER, "b")], 1);
  const next = async (...receivers: Receiver[]) => (await store.nextDue(at(9), { receivers }))?.sequence;
  const slow = { owner: "", origin: SLOW };
  expect(await next({ owner: "b", origin: SLOW })).toBe(1);
  expect(await next(slow)).toBe(3_003);
  expect(await next(slow, { owner: "b", origin: OTHER })).toBe(3_001);
  expect(await next(slow, { owner: "b", origin: OTHER }, { owner: "b", origin: SLOW })).toBe(3_002);
});
