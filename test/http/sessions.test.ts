/** Sessions: keys, the five images, ownership, and the end of it all. The encoder is a remote one that counts. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type EncoderStub, startEncoderStub, vectorOf } from "../support/encoder-stub.ts";
import { EventSourceReader } from "../support/event-source.ts";
import { blackPng } from "../support/images.ts";
import { form, JobClient, type Json } from "../support/job-client.ts";
import { type RunningService, startService, temporaryFolder } from "../support/service.ts";

let stub: EncoderStub;
let service: RunningService;
let client: JobClient;
const dataDir = temporaryFolder();
const environment = () => ({ ENCODER_URL: stub.url, DATA_DIR: dataDir });
beforeAll(async () => {
  stub = await startEncoderStub();
  service = await startService(environment());
  client = new JobClient(service.url);
});
afterAll(async () => {
  await service.stop();
  await stub.close();
});
beforeEach(() => {
  stub.faces = 1;
  stub.behaviour = undefined;
});

let imagesMade = 0;
/** An image that was not sent before. */
const newImage = () => blackPng(8 + (++imagesMade % 100), 8 + Math.floor(imagesMade / 100));
const PNG = { "Content-Type": "image/png" };
const openSession = async (): Promise<string> => (await client.get("/session")).body.key;
const encode = (key: string, file: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  client.post("/encode", file, { ...PNG, key, ...headers });
const summary = async (key: string): Promise<Json> => (await client.get("/summary", { key })).body;
const digest = (file: Uint8Array) => `sha-256=:${createHash("sha256").update(file).digest("base64")}:`;

describe("a key", () => {
  it("is handed out, each a new one, and not to be kept by caches", async () => {
    const first = await client.get("/session");
    const second = await client.post("/session");
    expect(first).toMatchObject({ status: 200, body: { key: expect.stringMatching(/^[0-9a-f-]{36}$/) } });
    expect(Object.keys(first.body)).toEqual(["key"]);
    expect(second.body.key).not.toBe(first.body.key);
    expect(first.headers.get("cache-control")).toBe("no-store");
  });

  it("is taken in three headers", async () => {
    const key = await openSession();
    for (const headers of [{ key }, { "x-api-key": key }, { authorization: `Bearer ${key}` }, { key: `'${key}'` }])
      expect(await client.get("/summary", headers as Record<string, string>)).toMatchObject({
        status: 200,
        body: { image_encodings: [] },
      });
  });

  it.each<Record<string, string>>([
    {},
    { key: "" },
    { key: "nonsense" },
    { key: "33a13f14-c6f3-4311-ad33-f8ccbe052ae5" },
    { authorization: "Bearer 33a13f14-c6f3-4311-ad33-f8ccbe052ae5" },
    { authorization: "Basic dTpw" },
  ])("that is missing or unknown is refused: %j", async (headers) => {
    for (const [method, path] of [
      ["GET", "/summary"],
      ["POST", "/encode"],
      ["DELETE", "/session"],
    ] as const)
      expect(await client.send(method, path, { headers })).toMatchObject({
        status: 403,
        body: { code: "SESSION_KEY_INVALID" },
      });
  });

  it("that is unknown is refused by all routes, also by those that need none", async () => {
    const headers = { key: "33a13f14-c6f3-4311-ad33-f8ccbe052ae5" };
    for (const path of ["/v1/jobs", "/v1/events", "/v1/models", "/v1/dead-letters"])
      expect(await client.get(path, headers)).toMatchObject({ status: 403, body: { code: "SESSION_KEY_INVALID" } });
    expect((await client.post("/process", newImage(), { ...PNG, ...headers })).status).toBe(403);
    expect((await client.post("/process", newImage(), PNG)).status).toBe(200);
  });

  it("survives a restart, and is nowhere in the data", async () => {
    const key = await openSession();
    await encode(key, newImage());
    const before = await summary(key);
    await service.kill();
    service = await startService(environment());
    client = new JobClient(service.url);
    expect(before.image_encodings).toHaveLength(1);
    expect(await summary(key)).toEqual(before);
    for (const file of ["sightline.db", "sightline.db-wal"])
      expect(readFileSync(join(dataDir, file)).includes(key)).toBe(false);
    expect(service.log.join("\n")).not.toContain(key);
  });
});

describe("POST /encode", () => {
  it("takes a file of a form, a body, or JSON, and gives the faces", async () => {
    const key = await openSession();
    const file = newImage();
    const expected = { width: expect.any(Number), faces: [{ encoding: vectorOf(file) }], version: "remote" };
    expect(await encode(key, file)).toMatchObject({ status: 200, body: expected });
    const asForm = await client.post("/encode", form([{ name: "a.png", bytes: file }]), { key });
    expect(asForm).toMatchObject({ status: 200, body: expected });
    const json = { images: [file.toString("base64")] };
    expect(await client.postJson("/encode", json, { key })).toMatchObject({ status: 200, body: expected });
  });

  it.each([
    [0, "NO_FACE"],
    [7, "TOO_MANY_FACES"],
  ])("refuses an image with %i faces", async (faces, code) => {
    const key = await openSession();
    stub.faces = faces;
    expect(await encode(key, newImage())).toMatchObject({ status: 400, body: { code } });
    expect(await summary(key)).toEqual({ image_encodings: [] });
    stub.faces = 6;
    expect((await encode(key, newImage())).body.faces).toHaveLength(6);
  });

  it("refuses what is no image, each in its way", async () => {
    const key = await openSession();
    const send = async (body: string | Uint8Array<ArrayBuffer>, type = "image/png") =>
      (await client.post("/encode", body, { key, "Content-Type": type })).body;
    expect(await send("no image")).toMatchObject({ status: 415, code: "UNSUPPORTED_MEDIA_TYPE" });
    expect(await send("no image", "text/plain")).toMatchObject({ status: 415, code: "UNSUPPORTED_MEDIA_TYPE" });
    expect(await send(newImage().subarray(0, 12))).toMatchObject({ status: 422, code: "UNDECODABLE_IMAGE" });
    expect(await send(new Uint8Array(33 * 2 ** 20))).toMatchObject({ status: 413, code: "IMAGE_TOO_LARGE" });
    expect((await client.post("/encode", "", { key })).body).toMatchObject({ status: 415 });
    expect((await client.post("/encode", form([]), { key })).body).toMatchObject({ status: 400, code: "NO_IMAGE" });
    const two = form([1, 2].map((n) => ({ name: `${n}.png`, bytes: newImage() })));
    expect((await client.post("/encode", two, { key })).body).toMatchObject({ status: 413, code: "TOO_MANY_IMAGES" });
    expect(await summary(key)).toEqual({ image_encodings: [] });
  });

  it("keeps five, in the order of upload, and refuses the sixth before it is read", async () => {
    const key = await openSession();
    const files = Array.from({ length: 5 }, newImage);
    for (const file of files) expect((await encode(key, file)).status).toBe(200);
    const requests = stub.requests;
    expect(await encode(key, newImage())).toMatchObject({
      status: 403,
      body: { code: "SESSION_FULL", maxPictures: 5 },
    });
    expect(stub.requests).toBe(requests);
    expect(await summary(key)).toEqual({
      image_encodings: files.map((file) => ({ faces: [{ encoding: vectorOf(file) }] })),
    });
  });

  it("leaves exactly five of a hundred at once", async () => {
    const key = await openSession();
    const answers = await Promise.all(Array.from({ length: 100 }, () => encode(key, newImage())));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array(5).fill(200), ...Array(95).fill(403)]);
    const taken = answers.filter(({ status }) => status === 200).map(({ body }) => JSON.stringify(body.faces));
    const kept = (await summary(key)).image_encodings.map(({ faces }: Json) => JSON.stringify(faces));
    expect(kept.sort()).toEqual(taken.sort());
  });
});

describe("a digest sent ahead", () => {
  const ahead = (key: string, file: Uint8Array) =>
    client.post("/encode", undefined, { key, "Repr-Digest": digest(file) });

  it("stands for an image the session has sent, and for nobody else's", async () => {
    const [key, other] = [await openSession(), await openSession()];
    const file = newImage();
    const unknown = await ahead(key, file);
    const sent = await encode(key, file);
    expect(unknown).toMatchObject({ status: 412, body: { code: "PICTURE_UNKNOWN" } });
    expect(await ahead(key, file)).toMatchObject({ status: 200, body: sent.body });
    expect((await summary(key)).image_encodings).toHaveLength(2);

    const { requestId: _first, ...asUnknown } = unknown.body;
    const { requestId: _second, ...ofOther } = (await ahead(other, file)).body;
    expect(ofOther).toEqual(asUnknown);
    await encode(other, file);
    expect((await ahead(other, file)).status).toBe(200);
  });

  it("is checked against a body", async () => {
    const key = await openSession();
    const file = newImage();
    expect((await encode(key, file, { "Repr-Digest": digest(file) })).status).toBe(200);
    const wrong = await encode(key, file, { "Repr-Digest": digest(newImage()) });
    expect(wrong).toMatchObject({ status: 400, body: { code: "DIGEST_MISMATCH" } });
  });
});

describe("an image that somebody else has sent", () => {
  it("is not encoded again, and the answer does not tell", async () => {
    const [key, other] = [await openSession(), await openSession()];
    const file = newImage();
    const first = await encode(key, file);
    const requests = stub.requests;
    const second = await encode(other, file);
    expect(stub.requests).toBe(requests);
    expect(second.body).toEqual(first.body);
    const told = (headers: Headers) =>
      Array.from(headers.keys()).filter((name) => !["date", "x-request-id"].includes(name));
    expect(told(second.headers)).toEqual(told(first.headers));
  });

  it("is answered no sooner than encoding it took, the first time only", async () => {
    const DELAY_MS = 300;
    const [key, other] = [await openSession(), await openSession()];
    const file = newImage();
    stub.behaviour = (_request, response) => {
      const body = JSON.stringify([vectorOf(file)]);
      setTimeout(() => response.writeHead(200, { "Content-Type": "application/json" }).end(body), DELAY_MS);
    };
    await encode(key, file);
    const startedAt = performance.now();
    await encode(other, file);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(DELAY_MS);
  });
});

describe("a session's jobs", () => {
  it("are its own: no other key sees them, nor who has none", async () => {
    const [key, other] = [await openSession(), await openSession()];
    const bad = { name: "bad.jpg", bytes: new TextEncoder().encode("no image") };
    const files = form([{ name: "a.png", bytes: newImage() }, bad]);
    const { body: job } = await client.post("/v1/jobs?model=face-encoding&labels=a:b", files, { key });
    await client.get(`/v1/jobs/${job.id}/results?wait=10`, { key });
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
    const own = (await client.get("/v1/events?limit=1000", { key })).body.items;
    expect(own.length).toBeGreaterThan(3);
    for (const { subject } of own) expect(subject).toContain(job.id);

    // What is nobody's is seen by who has no key, and the stream has had all events before it.
    const { id } = await client.create([{ name: "b.png", bytes: newImage() }]);
    await expect.poll(() => stream.events.some(({ data }) => data.includes(id))).toBe(true);
    expect(stream.events.filter(({ data }) => data.includes(job.id))).toEqual([]);
    expect((await client.get(`/v1/jobs/${id}`, { key })).status).toBe(404);
    stream.close();
  });

  it("have idempotency keys of their own", async () => {
    const [key, other] = [await openSession(), await openSession()];
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
    const [key, other] = [await openSession(), await openSession()];
    const [own, shared] = [newImage(), newImage()];
    for (const file of [own, shared]) await encode(key, file);
    await encode(other, shared);
    const { body: job } = await client.post("/v1/jobs?model=face-encoding", form([{ name: "mine.png", bytes: own }]), {
      key,
    });
    await client.get(`/v1/jobs/${job.id}/results?wait=10`, { key });

    const deleted = await client.send("DELETE", "/session", { headers: { key } });
    expect(deleted).toMatchObject({ status: 204, body: "" });
    expect(await summary(key)).toEqual({ image_encodings: [] });
    expect((await client.get("/v1/jobs", { key })).body.items).toEqual([]);
    expect((await client.get(`/v1/jobs/${job.id}`, { key })).status).toBe(404);
    const left = (await client.get("/v1/events", { key })).body.items;
    for (const { data } of left) expect(data).toEqual({});
    expect((await client.post("/encode", undefined, { key, "Repr-Digest": digest(own) })).status).toBe(412);

    // What another session has sent too is still known; what was its own is not.
    const requests = stub.requests;
    await encode(key, shared);
    expect(stub.requests).toBe(requests);
    await encode(key, own);
    expect(stub.requests).toBe(requests + 1);
    expect((await summary(other)).image_encodings).toHaveLength(1);
  });

  it("that is sent several times at once is done, for each of them", { timeout: 60_000 }, async () => {
    const key = await openSession();
    await encode(key, newImage());
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
      expect(await summary(key)).toEqual({ image_encodings: [] });
    }
  });

  it("while an image is being encoded leaves no trace of it in the cache", async () => {
    const key = await openSession();
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
});
