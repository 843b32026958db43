/** The audit log: who did what, without secrets, before the answer or soon after it. */
import { renameSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sightline } from "../support/command-line.ts";
import { type EncoderStub, startEncoderStub } from "../support/encoder-stub.ts";
import { badFile, form, type Json } from "../support/job-client.ts";
import { ADMIN_KEY, asAdmin, bearer, KeyClient } from "../support/key-client.ts";
import { type RunningService, startService, temporaryFolder } from "../support/service.ts";
import { newImage, PNG } from "../support/session-client.ts";
import { until } from "../support/until.ts";

const folder = temporaryFolder();
let stub: EncoderStub;
let environment: NodeJS.ProcessEnv;
let service: RunningService;
let client: KeyClient;
beforeAll(async () => {
  stub = await startEncoderStub();
  environment = { AUTH: "keys", ADMIN_KEY, DATA_DIR: folder, ENCODER_URL: stub.url, LOG_LEVEL: "warn" };
  service = await startService({ ...environment, WEBHOOK_ALLOW_PRIVATE: "true" });
  client = new KeyClient(service.url);
  // The start is recorded when it is over.
  await until(async () => (await entries()).some(({ action }) => action === "start.unprotected"));
});
afterAll(async () => {
  await service.stop();
  await stub.close();
  rmSync(folder, { recursive: true });
});

const entries = async (): Promise<Json[]> => (await client.get("/v1/audit?limit=1000", asAdmin)).body.items;
const newest = async (): Promise<Json> => (await entries())[0];
const audit = (...args: string[]) => sightline(service.url, "audit", ...args, "--key", ADMIN_KEY);

describe("the audit log", () => {
  it("has an administrator's actions as soon as they are answered", async () => {
    const byAdmin = { keyId: "ADMIN_KEY", owner: "00000000-0000-4000-8000-000000000000", address: "127.0.0.1" };
    const key = await client.key({ name: "web shop", scopes: ["jobs", "sessions", "collections"] });
    expect(await newest()).toMatchObject({ action: "key.create", object: key.id, status: 201, ...byAdmin });
    const { body: job } = await client.post("/v1/jobs", form([badFile]), bearer(key.key));
    await client.get(`/v1/jobs/${job.id}/results?wait=60`, bearer(key.key));
    await client.send("POST", `/v1/jobs/${job.id}/retry`, { headers: asAdmin });
    expect(await newest()).toMatchObject({
      action: "job.retry",
      object: job.id,
      status: 202,
      ...byAdmin,
      owner: key.owner,
    });
    await client.send("DELETE", `/v1/jobs/${job.id}`, { headers: asAdmin });
    expect(await newest()).toMatchObject({
      action: "job.delete",
      object: job.id,
      status: 204,
      ...byAdmin,
      owner: key.owner,
    });
    await client.revoke(key.id);
    expect(await newest()).toMatchObject({ action: "key.revoke", object: key.id, status: 204, ...byAdmin });
    await client.revoke(crypto.randomUUID());
    expect(await newest()).toMatchObject({ action: "key.revoke", status: 404 });
  });

  it("has what a key was refused, but nothing of requests without a valid key", async () => {
    const few = await client.key({ name: "few", scopes: ["process"] });
    const before = (await newest()).sequence;
    for (const headers of [{}, bearer("unknown")])
      expect((await client.postJson("/v1/keys", { name: "x", scopes: ["admin"] }, headers)).status).toBe(401);
    expect((await newest()).sequence).toBe(before);
    expect((await client.postJson("/v1/keys", { name: "x", scopes: ["admin"] }, bearer(few.key))).status).toBe(403);
    expect(await newest()).toMatchObject({ action: "key.create", status: 403, keyId: few.id, keyName: "few" });
  });

  it("does not keep back the answer to an action that the store refused, and has it once it can be stored", async () => {
    const away = `${folder}-away`;
    renameSync(folder, away);
    try {
      const { status, body } = await client.post("/v1/keys", JSON.stringify({ name: "refused", scopes: ["jobs"] }), {
        ...asAdmin,
        "Content-Type": "application/json",
      });
      expect({ status, code: body.code }).toEqual({ status: 503, code: "STORE_UNAVAILABLE" });
    } finally {
      renameSync(away, folder);
    }
    await until(async () => (await entries()).some((entry) => entry.action === "key.create" && entry.status === 503));
  });

  it("has accesses to face vectors", async () => {
    const { id: keyId, key, owner } = await client.key({ name: "faces", scopes: ["sessions", "collections", "jobs"] });
    const headers = bearer(key);
    await client.post("/encode", newImage(), { ...PNG, ...headers });
    await client.get("/summary", headers);
    await client.postJson("/v1/collections", { name: "staff" }, headers);
    await client.post("/v1/collections/staff/faces", newImage(), { ...PNG, ...headers });
    await client.post("/v1/collections/staff/search", newImage(), { ...PNG, ...headers });
    await client.get("/v1/collections/none", headers);
    await client.post("/v1/collections/none/search", newImage(), { ...PNG, ...headers });
    await client.get("/bonus/", headers);
    const { body: session } = await client.get("/session", headers);
    await client.get("/summary", { key: session.key });
    const ofKey = async () => (await entries()).filter((entry) => entry.keyId === keyId).reverse();
    await expect.poll(async () => (await ofKey()).length).toBe(8);
    const found = await ofKey();
    expect(found.map(({ action, object, status }) => [action, object, status])).toEqual([
      ["session.encode", undefined, 200],
      ["session.read", undefined, 200],
      ["collection.create", "staff", 201],
      ["collection.add", "staff", 201],
      ["collection.search", "staff", 200],
      ["collection.search", "none", 404],
      ["encodings.mean", undefined, 200],
      ["session.read", undefined, 200],
    ]);
    for (const entry of found.slice(0, 7)) expect(entry).toMatchObject({ keyName: "faces", owner });
    // The session is another owner.
    expect(found[7].owner).not.toBe(owner);
  });

  it("has the beginning of a long name, whose last character is whole", async () => {
    const { key } = await client.key({ scopes: ["collections"] });
    const name = `${"a".repeat(299)}\u{1f600}`;
    const { status } = await client.post(`/v1/collections/${encodeURIComponent(name)}/search`, form([]), bearer(key));
    expect(status).toBe(404);
    const found = async () => (await entries()).find(({ object = "" }) => object.startsWith("aaa"));
    await expect.poll(found).toMatchObject({ action: "collection.search", object: "a".repeat(299), status: 404 });
  });

  it("has what an administrator reads of others, and not what it reads of its own", async () => {
    const { key, owner } = await client.key({ scopes: ["jobs"] });
    const image = () => form([{ name: "secret-name.png", bytes: newImage() }]);
    const { body: theirs } = await client.post("/v1/jobs?execute=false", image(), bearer(key));
    const { body: own } = await client.post("/v1/jobs?execute=false", image(), asAdmin);
    const before = (await newest()).sequence;
    const reads = (id: string) => [
      `/v1/jobs/${id}/results`,
      `/v1/jobs/${id}/events`,
      `/v1/jobs/${id}/images/0/picture`,
    ];
    for (const [job, headers] of [
      [own, asAdmin],
      [theirs, bearer(key)],
      [theirs, asAdmin],
    ] as const)
      for (const path of [`/v1/jobs/${job.id}`, ...reads(job.id), "/v1/jobs"])
        expect((await client.send("GET", path, { headers })).status, path).toBe(200);
    await client.get("/v1/events?limit=1", asAdmin);
    await client.get("/v1/events?limit=1", { ...asAdmin, "Sightline-Owner": owner });
    const none = crypto.randomUUID();
    await client.get(`/v1/jobs/${none}/results`, asAdmin);
    const added = async () => (await entries()).filter(({ sequence }) => sequence > before).reverse();
    await expect.poll(async () => (await added()).length).toBe(6);
    const found = (await added()).map((entry) => [entry.action, entry.object, entry.owner, entry.status]);
    const admin = "00000000-0000-4000-8000-000000000000";
    expect(found).toEqual([
      ["job.results", theirs.id, owner, 200],
      ["job.events", theirs.id, owner, 200],
      ["job.picture", `${theirs.id}/0`, owner, 200],
      ["events.read", undefined, admin, 200],
      ["events.read", undefined, owner, 200],
      ["job.results", none, admin, 404],
    ]);
    for (const entry of await added()) expect(entry).toMatchObject({ keyId: "ADMIN_KEY", address: "127.0.0.1" });
    expect(JSON.stringify(await added())).not.toContain("secret-name");
  });

  it("has what an administrator sends for another owner, or does to a job, and not what it sends for itself", async () => {
    const { owner } = await client.key({ scopes: ["jobs"] });
    const forOther = { ...asAdmin, "Sightline-Owner": owner };
    const image = () => form([{ name: "a.png", bytes: newImage() }]);
    const before = (await newest()).sequence;
    const { body: job } = await client.post("/v1/jobs?execute=false", image(), forOther);
    await client.post(`/v1/jobs/${job.id}/images`, image(), asAdmin);
    await client.send("POST", `/v1/jobs/${job.id}/execute`, { headers: asAdmin });
    await client.post("/process", image(), forOther);
    const { body: upload } = await client.post("/uploadfile", image(), { ...asAdmin, "Sightline-Owner": "none" });
    await client.post("/v1/jobs", image(), asAdmin);
    await client.post("/process", image(), asAdmin);
    const added = (await entries()).filter(({ sequence }) => sequence > before).reverse();
    expect(added.map((entry) => [entry.action, entry.object, entry.owner, entry.status])).toEqual([
      ["job.create", job.id, owner, 201],
      ["job.add", job.id, owner, 200],
      ["job.execute", job.id, owner, 202],
      ["images.process", undefined, owner, 200],
      ["job.create", upload.id, "none", 201],
    ]);
  });

  it("has a stream of events from its beginning, not only when it has ended", async () => {
    const over = new AbortController();
    const headers = { ...asAdmin, Accept: "text/event-stream" };
    const before = (await newest()).sequence;
    const stream = await fetch(`${service.url}/v1/events`, { headers, signal: over.signal });
    expect(stream.status).toBe(200);
    await expect.poll(async () => (await newest()).sequence).toBe(before + 1);
    expect(await newest()).toMatchObject({ action: "events.read", status: 200 });
    over.abort();
  });

  it("says at the start which protection was turned off, and which erasures there were", async () => {
    expect(await entries()).toContainEqual(
      expect.objectContaining({ action: "start.unprotected", object: "WEBHOOK_ALLOW_PRIVATE=true" }),
    );
    const key = await client.key({ scopes: ["jobs", "sessions", "collections"] });
    const body = JSON.stringify({});
    const headers = { ...bearer(key.key), "Content-Type": "application/json" };
    const { body: receipt } = await client.send("POST", "/v1/erasures", { body, headers });
    // What takes longer is answered before it is done.
    const status = receipt.state === "done" ? 200 : 202;
    expect(await newest()).toMatchObject({ action: "erasure.request", object: receipt.id, keyId: key.id, status });
  });

  it("has no keys and no vectors", async () => {
    const text = JSON.stringify(await entries());
    expect(text).not.toContain(ADMIN_KEY);
    expect(text).not.toMatch(/sl_/);
    expect(text).not.toMatch(/\d\.\d{4}/);
  });

  it("is read page by page, and printed and checked by the command line", async () => {
    const all = await entries();
    const { body: first } = await client.get("/v1/audit?limit=2", asAdmin);
    const { body: second } = await client.get(`/v1/audit?limit=1000&cursor=${first.nextCursor}`, asAdmin);
    expect([...first.items, ...second.items]).toEqual(all);
    expect(second.nextCursor).toBeUndefined();
    expect((await client.get("/v1/audit?cursor=x", asAdmin)).status).toBe(400);
    const printed = await audit("--limit", "1");
    expect(printed).toMatchObject({ code: 0, stdout: expect.stringContaining("erasure.request") });
    expect(JSON.parse((await audit("--limit", "1", "--json")).stdout)).toEqual(all[0]);
    const checked = await audit("--verify");
    expect(checked).toMatchObject({ code: 0, stdout: expect.stringContaining(`1 to ${all.length}, are one chain`) });
    expect(checked.stdout).toContain(all[0].hash);
    const found = JSON.parse((await audit("--verify", "--json")).stdout);
    expect(found).toEqual({ entries: all.length, first: 1, last: all.length, hash: all[0].hash, faults: 0 });
  });

  it("shows what was changed or removed in the database", async () => {
    await service.stop();
    const database = new DatabaseSync(`${folder}/sightline.db`);
    database.exec("UPDATE audit SET body = json_set(body, '$.status', 200) WHERE sequence = 4");
    database.exec("DELETE FROM audit WHERE sequence = 2");
    database.close();
    service = await startService(environment);
    client = new KeyClient(service.url);
    const checked = await audit("--verify");
    expect(checked).toMatchObject({ code: 1, stdout: "" });
    expect(checked.stderr).toContain("Entry 4 was changed.");
    expect(checked.stderr).toContain("Entries between 1 and 3 are missing.");
    const found = await audit("--verify", "--json");
    expect({ code: found.code, ...JSON.parse(found.stdout) }).toMatchObject({ code: 1, first: 1, faults: 2 });
  });

  it("is kept as long as AUDIT_RETENTION_MS says, and is off with AUDIT_LOG=false", async () => {
    await service.stop();
    service = await startService({ ...environment, AUDIT_RETENTION_MS: "1000", SWEEP_INTERVAL_MS: "100" });
    client = new KeyClient(service.url);
    await expect.poll(async () => (await entries()).length).toBe(1);
    const [last] = await entries();
    await service.stop();
    service = await startService({ ...environment, AUDIT_LOG: "false" });
    client = new KeyClient(service.url);
    await client.key();
    expect(await entries()).toEqual([last]);
  });
});
