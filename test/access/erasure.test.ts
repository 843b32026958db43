/**
 * Erasure of all that a key's owner has: afterwards, no file of the data folder has a trace of it.
 * `SIGHTLINE_ERASURE_KILLS_MS=5,60,250,900,2050` kills the service at these times after the request for one, in turn.
 */
import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Database } from "../../lib/backends/sqlite/database.ts";
import { SqliteJobStore } from "../../lib/backends/sqlite/job-store.ts";
import { created, files } from "../ports/sample-jobs.ts";
import { type EncoderStub, startEncoderStub } from "../support/encoder-stub.ts";
import { form, type Json } from "../support/job-client.ts";
import { ADMIN_KEY, asAdmin, bearer, KeyClient } from "../support/key-client.ts";
import { pace } from "../support/pace.ts";
import { type Receiver, startReceiver, status, webhookSecret } from "../support/receiver.ts";
import { type RunningService, startService, temporaryFolder } from "../support/service.ts";
import { newImage, PNG } from "../support/session-client.ts";
import { fillTenant } from "../support/tenant.ts";

const KILLS_MS = (process.env.SIGHTLINE_ERASURE_KILLS_MS ?? "5,250,2050").split(",").map(Number);
const JSON_TYPE = { "Content-Type": "application/json" };
let stub: EncoderStub;
let receiver: Receiver;
let folder: string;
let environment: NodeJS.ProcessEnv;
let service: RunningService;
let client: KeyClient;
beforeAll(async () => {
  stub = await startEncoderStub();
  // Webhooks stay in the queue.
  receiver = await startReceiver(status(500));
  folder = temporaryFolder();
  environment = {
    AUTH: "keys",
    ADMIN_KEY,
    // It keeps who did what, so these tests look at all files without it.
    AUDIT_LOG: "false",
    DATA_DIR: folder,
    ENCODER_URL: stub.url,
    WEBHOOK_SECRET: webhookSecret,
    WEBHOOK_ALLOW_PRIVATE: "true",
    LOG_LEVEL: "warn",
  };
  await start();
});
afterAll(async () => {
  await service.stop();
  // Of all whose erasure was asked for. What is on the disk only after the stop is none of theirs either.
  expect(filesWith("marker-")).toEqual([]);
  await receiver.stop();
  await stub.close();
  rmSync(folder, { recursive: true });
});

/** What is there; nothing if it is gone: the images of a finished job are removed while the folder is being read. */
function unlessGone<T>(read: () => T, nothing: T): T {
  try {
    return read();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return nothing;
    throw error;
  }
}

function filesIn(directory: string): string[] {
  const entries = unlessGone(() => readdirSync(directory, { withFileTypes: true }), []);
  return entries.flatMap((entry) => {
    const path = join(directory, entry.name);
    return entry.isDirectory() ? filesIn(path) : [path];
  });
}

/** The files that contain one of the texts. */
function filesWith(...texts: string[]): string[] {
  return filesIn(folder).filter((path) => {
    const content = unlessGone(() => readFileSync(path), Buffer.alloc(0));
    return texts.some((text) => path.includes(text) || content.includes(text));
  });
}

async function start(): Promise<void> {
  service = await startService(environment);
  client = new KeyClient(service.url);
}

const erase = (body: object, headers: Record<string, string>) =>
  client.send("POST", "/v1/erasures", { body: JSON.stringify(body), headers: { ...JSON_TYPE, ...headers } });

/** The answer, and the receipt once all is erased, which may be soon after the answer. */
async function erased(body: object, headers: Record<string, string>) {
  const answer = await erase(body, headers);
  expect(answer.status).toBe(answer.body.state === "done" ? 200 : 202);
  return { ...answer, receipt: await ended(answer.body.id) };
}

async function ended(id: string): Promise<Json> {
  for (;;) {
    const { body } = await client.get(`/v1/erasures/${id}`);
    if (body.state === "done") return body;
    await sleep(100);
  }
}

describe("an erasure", () => {
  it("leaves nothing in any file, and says what there was", async () => {
    const other = await fillTenant(client, "of-another-owner", receiver.url);
    const marker = "marker-4711";
    const { key, session, jobs } = await fillTenant(client, marker, receiver.url);
    expect(filesWith(marker)).not.toEqual([]);
    expect(filesWith(key.id)).not.toEqual([]);

    const { receipt, headers } = await erased({ key: key.id }, asAdmin);
    expect(receipt.remaining).toBe(0);
    expect(receipt.erased).toMatchObject({
      keys: 2,
      sessions: 2,
      sessionImages: 2,
      jobs: 6,
      images: 14,
      collections: 2,
      faces: 2,
      webhookSecrets: 2,
    });
    for (const kind of ["events", "webhooks", "idempotencyKeys", "imageFiles", "cachedEncodings", "imageEncodings"])
      expect(receipt.erased[kind], kind).toBeGreaterThan(0);
    expect(receipt.checkedAt > receipt.requestedAt).toBe(true);
    expect(headers.get("Location")).toBe(`/v1/erasures/${receipt.id}`);
    expect((await client.get(`/v1/erasures/${receipt.id}`)).body).toEqual(receipt);

    expect((await client.whoAmI(key.key)).status).toBe(401);
    expect((await client.get("/summary", { key: session })).status).toBe(403);
    expect((await client.get(`/v1/keys/${key.id}`, asAdmin)).status).toBe(404);
    for (const id of jobs) expect((await client.get(`/v1/jobs/${id}`, asAdmin)).status).toBe(404);
    expect(filesWith(marker, key.id, key.owner, ...jobs)).toEqual([]);
    // Idempotent.
    expect((await erase({ key: key.id }, asAdmin)).body).toEqual(receipt);

    const theirs = bearer(other.key.key);
    expect((await client.get("/v1/jobs", theirs)).body.items).toHaveLength(3);
    expect((await client.get("/v1/collections/of-another-owner", theirs)).body.faces).toBe(1);
    expect((await client.get("/stats/", theirs)).body.total).toBeGreaterThan(0);
    const log = service.log.filter((line) => !line.includes("Gave up")).join("\n");
    expect(log).not.toMatch(/failed/);
  });

  it("may be asked for by the owner itself, with the scopes for all that it has", async () => {
    const marker = "marker-4712";
    const { key } = await fillTenant(client, marker, receiver.url);
    const few = await client.key({ scopes: ["sessions"], sharesWith: key.id });
    const refused = { status: 403, body: { code: "SCOPE_MISSING" } };
    expect(await erase({}, bearer(few.key))).toMatchObject(refused);
    const { key: stranger } = await client.key({ scopes: ["sessions", "jobs", "collections"] });
    for (const body of [{ key: key.id }, { owner: key.owner }])
      expect(await erase(body, bearer(stranger))).toMatchObject(refused);
    expect((await client.whoAmI(key.key)).status).toBe(200);
    expect((await erased({}, bearer(key.key))).receipt.remaining).toBe(0);
    expect(await erase({}, bearer(key.key))).toMatchObject({ status: 401 });
    expect(filesWith(marker, key.id, key.owner)).toEqual([]);
  });

  it("is safe while the owner goes on working", async () => {
    const marker = "marker-4713";
    const { key } = await fillTenant(client, marker, receiver.url);
    const headers = bearer(key.key);
    let isOver = false;
    const work = async (send: () => Promise<unknown>) => {
      for (; !isOver; await pace()) await send().catch(() => {});
    };
    let n = 0;
    const files = () => form([{ name: `${marker}.png`, bytes: newImage() }]);
    const working = [
      work(() => client.post(`/v1/jobs?labels=x:${marker}`, files(), headers)),
      work(() => client.post("/encode", newImage(), { ...PNG, ...headers })),
      work(() => client.post("/uploadfile/", newImage(), { ...PNG, ...headers })),
      work(() => client.postJson("/v1/collections", { name: `${marker}-${n++}` }, headers)),
      work(() => client.get("/session", headers)),
    ];
    const { body } = await erase({ key: key.id }, asAdmin);
    const receipt = await ended(body.id);
    expect(receipt.remaining).toBe(0);
    isOver = true;
    await Promise.all(working);
    expect(filesWith(marker, key.id, key.owner)).toEqual([]);
  });

  it("is repeated for a job that comes late", async () => {
    const [owner, id] = [crypto.randomUUID(), crypto.randomUUID()];
    await service.stop();
    // As by a node that stood still before it inserted the job, and died after it.
    const database = await Database.open({ folder });
    await (await SqliteJobStore.open(database)).insertJob(created(id, { owner }), files(2));
    await database.close();
    expect(filesWith(owner)).not.toEqual([]);
    await start();
    await expect.poll(() => client.get(`/v1/jobs/${id}`, asAdmin)).toMatchObject({ status: 404 });
    await expect.poll(() => filesWith(owner, id)).toEqual([]);
  });

  it("by an administrator who acts for nobody is refused, and takes nothing of its own", async () => {
    const { key, owner } = await client.key({ scopes: ["admin"] });
    const headers = bearer(key);
    const { body: job } = await client.post("/v1/jobs", form([{ name: "a.png", bytes: newImage() }]), headers);
    const refused = await erase({}, { ...headers, "Sightline-Owner": "none" });
    expect(refused).toMatchObject({ status: 400, body: { code: "INVALID_OPTION" } });
    expect(await client.whoAmI(key)).toMatchObject({ status: 200, body: { owner } });
    expect(await client.get(`/v1/jobs/${job.id}`, headers)).toMatchObject({ status: 200 });
  });

  it("of the first administrator keeps its keys", async () => {
    const { body: job } = await client.post("/v1/jobs", form([{ name: "a.png", bytes: newImage() }]), asAdmin);
    const { receipt } = await erased({}, asAdmin);
    expect(receipt).toMatchObject({ remaining: 0, erased: { jobs: 1 } });
    expect((await client.get(`/v1/jobs/${job.id}`, asAdmin)).status).toBe(404);
    expect((await client.post("/encode", newImage(), { ...PNG, ...asAdmin })).status).toBe(200);
    const again = await erased({}, asAdmin);
    expect(again.receipt).toMatchObject({ id: receipt.id, erased: { jobs: 1, sessionImages: 1 } });
  });

  it("of the first administrator includes the sessions that ADMIN_KEY opened, which stay valid", async () => {
    const session = (await client.get("/session", asAdmin)).body.key;
    expect((await client.post("/encode", newImage(), { ...PNG, key: session })).status).toBe(200);
    const before = await client.get("/summary", { key: session });
    expect(before.body.image_encodings).toHaveLength(1);
    const { receipt } = await erased({}, asAdmin);
    expect(receipt).toMatchObject({ remaining: 0 });
    expect(await client.get("/summary", { key: session })).toMatchObject({
      status: 200,
      body: { image_encodings: [] },
    });
  });

  it("of nobody is refused", async () => {
    const key = crypto.randomUUID();
    expect(await erase({ key }, asAdmin)).toMatchObject({ status: 404, body: { code: "KEY_NOT_FOUND" } });
    expect(await erase({ key, owner: key }, asAdmin)).toMatchObject({ status: 400 });
    expect(await erase({}, {})).toMatchObject({ status: 401 });
    expect(await client.get(`/v1/erasures/${key}`)).toMatchObject({
      status: 404,
      body: { code: "ERASURE_NOT_FOUND" },
    });
  });

  it("continues after kill -9, wherever that comes", { timeout: 300_000 }, async () => {
    for (const delayMs of KILLS_MS) {
      const marker = `marker-k${delayMs}`;
      const { key } = await fillTenant(client, marker, receiver.url);
      const answer = erase({ key: key.id }, asAdmin).catch(() => undefined);
      await sleep(delayMs);
      await service.kill();
      await answer;

      await start();
      // The request may not have been stored; asking again is safe.
      const { id } = (await erase({ key: key.id }, asAdmin)).body;
      const receipt = await ended(id);
      expect(receipt).toMatchObject({ remaining: 0, erased: { keys: 2, jobs: 6, images: 14, collections: 2 } });
      expect(filesWith(marker, key.id, key.owner), `killed after ${delayMs} ms`).toEqual([]);
    }
  });
});
