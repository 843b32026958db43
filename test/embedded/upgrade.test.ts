/**
 * Data of an earlier version are used by this one. `data-of-schema-2.db.gz` is the database that commit c9cc564
 * left, with a job that is partially failed, one that waits to be executed, one with a webhook that was not
 * delivered, and a session.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { JobClient } from "../support/job-client.ts";
import { webhookSecret } from "../support/receiver.ts";
import { type RunningService, startService, temporaryFolder } from "../support/service.ts";

const PARTIALLY_FAILED = "37b38207-2bc7-480f-a87b-b5ab4fe08b3e";
const CREATED = "b48cbc41-ca0d-425e-b3d6-a5d3b2ae94b7";
const WITH_WEBHOOK = "60ad8e70-4ae6-4eed-b4ed-5e7182aa940d";
const SESSION_KEY = "dfd7343e-785c-4a02-aa0c-d3aef8d724ea";
/** However old the data are when this test runs. */
const DECADE_MS = String(3650 * 86_400_000);

let folder: string;
let service: RunningService;
let client: JobClient;
const start = async () => {
  service = await startService({
    DATA_DIR: join(folder, "data"),
    JOB_RETENTION_MS: DECADE_MS,
    EVENT_RETENTION_MS: DECADE_MS,
    SESSION_MAX_IDLE_MS: "0",
    WEBHOOK_SECRET: webhookSecret,
    WEBHOOK_ALLOW_PRIVATE: "true",
  });
  client = new JobClient(service.url);
};
beforeAll(async () => {
  folder = temporaryFolder();
  mkdirSync(join(folder, "data"), { mode: 0o700 });
  const packed = readFileSync(join(import.meta.dirname, "data-of-schema-2.db.gz"));
  writeFileSync(join(folder, "data/sightline.db"), gunzipSync(packed), { mode: 0o600 });
  await start();
});
afterAll(async () => {
  await service.stop();
  rmSync(folder, { recursive: true });
});

it("has the jobs, their results and events", async () => {
  const { body } = await client.send("GET", "/v1/jobs");
  expect(body.items.map(({ id, state }: { id: string; state: string }) => [id, state])).toEqual([
    [WITH_WEBHOOK, "succeeded"],
    [CREATED, "created"],
    [PARTIALLY_FAILED, "partially_failed"],
  ]);
  const { body: results } = await client.send("GET", `/v1/jobs/${PARTIALLY_FAILED}/results`);
  expect(results.items).toMatchObject([
    { state: "done", fileName: "astronaut.png", result: { width: 512, height: 512 } },
    { state: "done", fileName: "chelsea.png" },
    { state: "failed", problem: { code: "UNSUPPORTED_MEDIA_TYPE" } },
  ]);
  const { body: events } = await client.send("GET", `/v1/jobs/${PARTIALLY_FAILED}/events`);
  expect(events.items[0]).toMatchObject({ id: `${PARTIALLY_FAILED}.created.0` });
  expect(events.items.at(-1)).toMatchObject({ type: "dev.sightline.job.partially_failed" });
});

it("knows its sessions", async () => {
  const answer = await client.send("GET", "/summary", { headers: { key: SESSION_KEY } });
  expect(answer).toMatchObject({ status: 200 });
});

it("goes on with its jobs, which are kept over another start", async () => {
  expect((await client.send("DELETE", `/v1/jobs/${CREATED}`)).status).toBe(204);
  await service.stop();
  await start();
  expect((await client.send("GET", `/v1/jobs/${CREATED}`)).status).toBe(404);
  expect((await client.send("GET", `/v1/jobs/${PARTIALLY_FAILED}`)).body.labels).toEqual({ album: "old" });
});
