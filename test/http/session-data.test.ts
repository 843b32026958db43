/** What belongs to a session: its jobs, and the end of it all. The encoder is a remote one that counts. */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type EncoderStub, startEncoderStub, vectorOf } from "../support/encoder-stub.ts";
import { EventSourceReader } from "../support/event-source.ts";
import { form, type Json } from "../support/job-client.ts";
import { type RunningService, startService, temporaryFolder } from "../support/service.ts";
import { digest, newImage, SessionClient } from "../support/session-client.ts";

let stub: EncoderStub;
let service: RunningService;
let client: SessionClient;
const dataDir = temporaryFolder();
const environment = () => ({ ENCODER_URL: stub.url, DATA_DIR: dataDir });
beforeAll(async () => {
  stub = await startEncoderStub();
  service = await startService(environment());
  client = new SessionClient(service.url);
});
afterAll(async () => {
  await service.stop();
  await stub.close();
});
beforeEach(() => {
  stub.faces = 1;
  stub.behaviour = undefined;
});

describe("a session's jobs", () => {
  it("are its own: no other key sees them, nor who has none", async () => {
    const [key, other] = [await client.openSession(), await client.openSession()];
    const bad = { name: "bad.jpg", bytes: new TextEncoder().encode("no image") };
    const files = form([{ name: "a.png", bytes: newImage() }, bad]);
    const { body: job } = await client.post("/v1/jobs?model=face-encoding&labels=a:b", files, { key });
    await client.get(`/v1/jobs/${job.id}/results?wait=60`, { key });
    expect((await client.get(`/v1/jobs/${job.id}`, { key })).body).toMatchObject({ state: "partially_failed" });
    expect((await client.get(`/v1/jobs/${job.id}/images/0/picture`, { key })).status).toBe(200);
    const stream = await EventSourceReader.open(`${service.url}/v1/events`);
    for (const headers of [{ key: other }, {}] as Record<string, string>[]) {
      for (const path of ["", "/results", "/results?wait=1", "/events"])
        expect(await client.get(`/v1/jobs/${job.id}${path}`, headers)).toMatchObject({
          status: 404,
          body: { code: "JOB_NOT_FOUND" },
        });
      for (const move of ["execute", "cancel", "retry", "images"])
        expect((await client.post(`/v1/jobs/${job.id}/${move}`, files, headers)).status).toBe(404);
      expect((await client.send("DELETE", `/v1/jobs/${job.id}`, { headers })).status).toBe(404);
      expect((await client.get(`/v1/jobs/${job.id}/images/0/picture`, headers)).body.code).toBe("JOB_NOT_FOUND");
      expect((await client.get("/v1/jobs?labels=a:b", headers)).body.items).toEqual([]);
      expect((await client.get("/v1/dead-letters", headers)).body.items).toEqual([]);
      const events = (await client.get("/v1/events?limit=1000", headers)).body.items;
      expect(events.filter(({ subject }: Json) => subject.includes(job.id))).toEqual([]);
    }
    const own = async () => (await client.get("/v1/events?limit=1000", { key })).body.items;
    await expect.poll(async () => (await own()).length).toBeGreaterThan(3);
    for (const { subject } of await own()) expect(subject).toContain(job.id);

    // What is nobody's is seen by who has no key, and the stream has had all events before it.
    const { id } = await client.create([{ name: "b.png", bytes: newImage() }]);
    await expect.poll(() => stream.events.some(({ data }) => data.includes(id))).toBe(true);
    expect(stream.events.filter(({ data }) => data.includes(job.id))).toEqual([]);
    expect((await client.get(`/v1/jobs/${id}`, { key })).status).toBe(404);
    stream.close();
  });

  it("have idempotency keys of their own", async () => {
    const [key, other] = [await client.openSession(), await client.openSession()];
    const file = form([{ name: "a.png", bytes: newImage() }]);
    const create = (headers: Record<string, string>) =>
      client.post("/v1/jobs", file, { "Idempotency-Key": "one", ...headers });
    const { body: first } = await create({ key });
    expect((await create({ key })).body.id).toBe(first.id);
    expect((await create({ key: other })).body.id).not.toBe(first.id);
    expect((await create({})).body.id).not.toBe(first.id);
  });
});

describe("DELETE /session", () => {
  it("leaves nothing that was the session's, and the key", async () => {
    const [key, other] = [await client.openSession(), await client.openSession()];
    const [own, shared] = [newImage(), newImage()];
    for (const file of [own, shared]) await client.encode(key, file);
    await client.encode(other, shared);
    const { body: job } = await client.post("/v1/jobs?model=face-encoding", form([{ name: "mine.png", bytes: own }]), {
      key,
    });
    await client.get(`/v1/jobs/${job.id}/results?wait=60`, { key });

    const deleted = await client.send("DELETE", "/session", { headers: { key } });
    expect(deleted).toMatchObject({ status: 204, body: "" });
    expect(await client.summary(key)).toEqual({ image_encodings: [] });
    expect((await client.get("/v1/jobs", { key })).body.items).toEqual([]);
    expect((await client.get(`/v1/jobs/${job.id}`, { key })).status).toBe(404);
    const left = (await client.get("/v1/events", { key })).body.items;
    for (const { data } of left) expect(data).toEqual({});
    expect((await client.post("/encode", undefined, { key, "Repr-Digest": digest(own) })).status).toBe(412);

    // What another session has sent too is still known; what was its own is not.
    const requests = stub.requests;
    await client.encode(key, shared);
    expect(stub.requests).toBe(requests);
    await client.encode(key, own);
    expect(stub.requests).toBe(requests + 1);
    expect((await client.summary(other)).image_encodings).toHaveLength(1);
  });

  it("that is sent several times at once is done, for each of them", async () => {
    const key = await client.openSession();
    await client.encode(key, newImage());
    for (let round = 0; round < 3; round++) {
      for (let n = 0; n < 8; n++) {
        const { status } = await client.postJson("/v1/collections", { name: `c${n}` }, { key });
        expect(status).toBe(201);
        await client.create([{ name: "a.png", bytes: newImage() }], "", { key });
      }
      const erase = () => client.send("DELETE", "/session", { headers: { key } });
      const answers = await Promise.all(Array.from({ length: 6 }, erase));
      expect(answers.map(({ status, body }) => [status, body])).toEqual(Array(6).fill([204, ""]));
      expect((await client.get("/v1/jobs", { key })).body.items).toEqual([]);
      expect((await client.get("/v1/collections", { key })).body.items).toEqual([]);
      for (const { data } of (await client.get("/v1/events?limit=1000", { key })).body.items) expect(data).toEqual({});
      expect(await client.summary(key)).toEqual({ image_encodings: [] });
    }
  });

  it("while an image is being encoded leaves no trace of it in the cache", async () => {
    const key = await client.openSession();
    const file = newImage();
    const encoding = Promise.withResolvers<void>();
    stub.behaviour = async (_request, response) => {
      await encoding.promise;
      response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify([vectorOf(file)]));
    };
    const requests = stub.requests;
    const { body: job } = await client.post("/v1/jobs?model=face-encoding", form([{ name: "a.png", bytes: file }]), {
      key,
    });
    await expect.poll(() => stub.requests).toBe(requests + 1);
    expect((await client.send("DELETE", "/session", { headers: { key } })).status).toBe(204);
    const computed = async () => /total\{source="computed"\} (\d+)/.exec((await client.get("/metrics")).body)?.[1];
    const before = await computed();
    encoding.resolve();
    await expect.poll(computed).not.toBe(before);
    const database = new DatabaseSync(join(dataDir, "sightline.db"), { readOnly: true });
    const kept = database.prepare("SELECT count(*) AS n FROM encodings WHERE key LIKE ?");
    const hash = createHash("sha256").update(file).digest("hex");
    await expect.poll(() => kept.get(`${hash}%`)?.n).toBe(0);
    database.close();
    expect((await client.get(`/v1/jobs/${job.id}`, { key })).status).toBe(404);
  });

  it("while images are being encoded into the session leaves it empty, with room for the next", async () => {
    const key = await client.openSession();
    const encoding = Promise.withResolvers<void>();
    const file = newImage();
    stub.behaviour = async (_request, response) => {
      await encoding.promise;
      response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify([vectorOf(file)]));
    };
    const requests = stub.requests;
    const encode = (bytes: Buffer<ArrayBuffer>, header = {}) =>
      client.post("/encode", form([{ name: "a.png", bytes }]), { key, ...header });
    // Of two different images: both have begun when the encoder has been asked for both.
    const answers = [encode(file), encode(newImage(), { "Idempotency-Key": "once" })];
    await expect.poll(() => stub.requests).toBe(requests + 2);
    expect((await client.send("DELETE", "/session", { headers: { key } })).status).toBe(204);
    encoding.resolve();
    expect((await Promise.all(answers)).map(({ status }) => status)).toEqual([200, 200]);
    expect(await client.summary(key)).toEqual({ image_encodings: [] });
    stub.behaviour = undefined;
    await client.encode(key, newImage());
    expect((await client.summary(key)).image_encodings).toHaveLength(1);
  });
});
