/** Sessions that nobody uses any more end, with all that belongs to them. The encoder is a remote one. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type EncoderStub, startEncoderStub } from "../support/encoder-stub.ts";
import { form } from "../support/job-client.ts";
import { type RunningService, startService, temporaryFolder } from "../support/service.ts";
import { newImage, SessionClient } from "../support/session-client.ts";

let stub: EncoderStub;
let service: RunningService | undefined;
let dataDir: string;
beforeEach(async () => {
  stub = await startEncoderStub();
  dataDir = temporaryFolder();
});
afterEach(async () => {
  await service?.stop();
  await stub.close();
});

async function start(maxIdleMs: number, more: Record<string, string> = {}): Promise<SessionClient> {
  await service?.stop();
  service = await startService({
    ENCODER_URL: stub.url,
    DATA_DIR: dataDir,
    SESSION_MAX_IDLE_MS: String(maxIdleMs),
    SWEEP_INTERVAL_MS: "100",
    ...more,
  });
  return new SessionClient(service.url);
}

/** Number of rows in each table that has any. */
function rows(): Record<string, number> {
  const database = new DatabaseSync(join(dataDir, "sightline.db"), { readOnly: true });
  try {
    const tables = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all();
    const counts = tables.map(({ name }) => [name, database.prepare(`SELECT count(*) AS n FROM "${name}"`).get()?.n]);
    return Object.fromEntries(counts.filter(([, count]) => count !== 0));
  } finally {
    database.close();
  }
}

it("ends an idle session with its images, jobs, collections and encodings, and no other", async () => {
  let client = await start(0);
  const before = Object.keys(rows());
  const key = await client.openSession();
  expect((await client.encode(key, newImage())).status).toBe(200);
  const files = form([{ name: "a.png", bytes: newImage() }]);
  const { body: job } = await client.post("/v1/jobs?model=face-encoding", files, { key });
  await client.get(`/v1/jobs/${job.id}/results?wait=60`, { key });
  await client.send("POST", "/v1/collections", {
    headers: { key, "Content-Type": "application/json" },
    body: JSON.stringify({ name: "mine" }),
  });
  await client.openSession();
  expect(rows()).toMatchObject({ sessions: 2, session_pictures: 1, jobs: 1, collections: 1, encodings: 2 });

  client = await start(500);
  await expect.poll(() => rows().sessions ?? 0).toBe(0);
  expect(await client.get("/summary", { key })).toMatchObject({ status: 403, body: { code: "SESSION_KEY_INVALID" } });
  const left = Object.keys(rows()).filter((table) => !before.includes(table));
  // Counters, and the record of accesses to vectors, which names no image.
  expect(
    left.filter((table) => !["job_counts", "activity", "activity_history", "audit", "retention_clock"].includes(table)),
  ).toEqual([]);
});

/** As if so much time had passed since the sessions were used, or since that which was opened last was. */
function pass(minutes: number, of = ""): void {
  const database = new DatabaseSync(join(dataDir, "sightline.db"), { timeout: 30_000 });
  const earlier = `strftime('%Y-%m-%dT%H:%M:%fZ', used_at, '-${minutes} minutes')`;
  database.exec(`UPDATE sessions SET used_at = ${earlier} ${of}`);
  database.close();
}

it("keeps a session that is used", async () => {
  const client = await start(60 * 60_000);
  const [used, idle] = [await client.openSession(), await client.openSession()];
  const status = async (key: string) => (await client.get("/summary", { key })).status;
  pass(40);
  expect(await status(used)).toBe(200);
  pass(40);
  await expect.poll(() => rows().sessions).toBe(1);
  expect([await status(used), await status(idle)]).toEqual([200, 403]);
});

it("keeps a session, with all that belongs to it, when the clock jumps ahead", async () => {
  const days = (count: number) => count * 86_400_000;
  const CLOCK_SHIFT = join(dataDir, "clock-shift");
  const preload = join(import.meta.dirname, "../support/shifted-clock.ts");
  const client = await start(days(90), { NODE_OPTIONS: `--import=${preload}`, CLOCK_SHIFT });
  const key = await client.openSession();
  expect((await client.encode(key, newImage())).status).toBe(200);
  await client.openSession();
  writeFileSync(CLOCK_SHIFT, String(days(100)));
  await expect.poll(() => service?.log.some((line) => line.includes("s ahead of the time"))).toBe(true);
  pass(days(91) / 60_000, "WHERE created_at = (SELECT max(created_at) FROM sessions)");
  await expect.poll(() => rows().sessions).toBe(1);
  expect(rows()).toMatchObject({ session_pictures: 1, encodings: 1 });
  expect((await client.get("/summary", { key })).body.image_encodings).toHaveLength(1);
});
