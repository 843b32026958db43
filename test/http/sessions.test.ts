/** Sessions: their keys, and the five images that each may encode. The encoder is a remote one that counts. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type EncoderStub, startEncoderStub, vectorOf } from "../support/encoder-stub.ts";
import { form, type Json } from "../support/job-client.ts";
import { answerOf, openPost } from "../support/raw-request.ts";
import { type RunningService, startService, temporaryFolder } from "../support/service.ts";
import { digest, newImage, PNG, SessionClient } from "../support/session-client.ts";

let stub: EncoderStub;
let service: RunningService;
let client: SessionClient;
const dataDir = temporaryFolder();
const MAX_IMAGE_BYTES = 2 ** 20;
const environment = () => ({ ENCODER_URL: stub.url, DATA_DIR: dataDir, MAX_IMAGE_BYTES: String(MAX_IMAGE_BYTES) });
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

describe("a key", () => {
  it("is handed out, each a new one, and not to be kept by caches", async () => {
    const first = await client.get("/session");
    const second = await client.post("/session");
    expect(first).toMatchObject({ status: 200, body: { key: expect.stringMatching(/^[0-9a-f-]{36}$/) } });
    expect(Object.keys(first.body)).toEqual(["key"]);
    expect(second.body.key).not.toBe(first.body.key);
    expect(first.headers.get("cache-control")).toBe("private, no-store");
  });

  it("is taken in three headers", async () => {
    const key = await client.openSession();
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
    for (const path of ["/v1/jobs", "/v1/events", "/v1/models", "/v1/dead-letters", "/session"])
      expect(await client.get(path, headers)).toMatchObject({ status: 401, body: { code: "KEY_INVALID" } });
    expect((await client.post("/process", newImage(), { ...PNG, ...headers })).status).toBe(401);
    expect((await client.post("/process", newImage(), PNG)).status).toBe(200);
  });

  it("survives a restart, and is nowhere in the data", async () => {
    const key = await client.openSession();
    await client.encode(key, newImage());
    const before = await client.summary(key);
    await service.kill();
    service = await startService(environment());
    client = new SessionClient(service.url);
    expect(before.image_encodings).toHaveLength(1);
    expect(await client.summary(key)).toEqual(before);
    for (const file of ["sightline.db", "sightline.db-wal"])
      expect(readFileSync(join(dataDir, file)).includes(key)).toBe(false);
    expect(service.log.join("\n")).not.toContain(key);
  });
});

describe("POST /encode", () => {
  it("takes a file of a form, a body, or JSON, and gives the faces", async () => {
    const key = await client.openSession();
    const file = newImage();
    const expected = { width: expect.any(Number), faces: [{ encoding: vectorOf(file) }], version: "remote" };
    expect(await client.encode(key, file)).toMatchObject({ status: 200, body: expected });
    const asForm = await client.post("/encode", form([{ name: "a.png", bytes: file }]), { key });
    expect(asForm).toMatchObject({ status: 200, body: expected });
    const json = { images: [file.toString("base64")] };
    expect(await client.postJson("/encode", json, { key })).toMatchObject({ status: 200, body: expected });
  });

  it.each([
    [0, "NO_FACE"],
    [7, "TOO_MANY_FACES"],
  ])("refuses an image with %i faces", async (faces, code) => {
    const key = await client.openSession();
    stub.faces = faces;
    expect(await client.encode(key, newImage())).toMatchObject({ status: 400, body: { code } });
    expect(await client.summary(key)).toEqual({ image_encodings: [] });
    stub.faces = 6;
    expect((await client.encode(key, newImage())).body.faces).toHaveLength(6);
  });

  it.each([
    ["/encode", 1],
    ["/uploadfile/", 1],
    ["/v1/compare", 2],
  ])("%s reads no more than its %i images can need", async (path, images) => {
    const key = await client.openSession();
    const maxRequestBytes = 2 * images * MAX_IMAGE_BYTES + 2 ** 20;
    const beginning = '--b\r\nContent-Disposition: form-data; name="a"; filename="a.png"\r\n\r\n';
    const body = Buffer.concat([Buffer.from(beginning), Buffer.alloc(maxRequestBytes)]);
    const chunked = [Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from("\r\n0\r\n\r\n")];
    for (const [header, sent] of [
      [{ "Content-Length": String(body.length) }, body],
      [{ "Transfer-Encoding": "chunked" }, Buffer.concat(chunked)],
    ] as const) {
      const socket = await openPost(service.url, path, {
        ...{ key, "Content-Type": "multipart/form-data; boundary=b" },
        ...header,
      });
      socket.write(sent);
      expect(await answerOf(socket)).toMatchObject({
        status: 413,
        body: { code: "REQUEST_TOO_LARGE", maxRequestBytes },
      });
    }
  });

  it("refuses what is no image, each in its way", async () => {
    const key = await client.openSession();
    const send = async (body: string | Uint8Array<ArrayBuffer>, type = "image/png") =>
      (await client.post("/encode", body, { key, "Content-Type": type })).body;
    expect(await send("no image")).toMatchObject({ status: 415, code: "UNSUPPORTED_MEDIA_TYPE" });
    expect(await send("no image", "text/plain")).toMatchObject({ status: 415, code: "UNSUPPORTED_MEDIA_TYPE" });
    expect(await send(newImage().subarray(0, 12))).toMatchObject({ status: 422, code: "UNDECODABLE_IMAGE" });
    expect(await send(new Uint8Array(MAX_IMAGE_BYTES + 1))).toMatchObject({ status: 413, code: "IMAGE_TOO_LARGE" });
    expect((await client.post("/encode", "", { key })).body).toMatchObject({ status: 415 });
    expect((await client.post("/encode", form([]), { key })).body).toMatchObject({ status: 400, code: "NO_IMAGE" });
    const two = form([1, 2].map((n) => ({ name: `${n}.png`, bytes: newImage() })));
    expect((await client.post("/encode", two, { key })).body).toMatchObject({
      status: 413,
      code: "TOO_MANY_IMAGES",
      detail: "The request has more than one image.",
    });
    expect(await client.summary(key)).toEqual({ image_encodings: [] });
  });

  it("keeps five, in the order of upload, and refuses the sixth before it is read", async () => {
    const key = await client.openSession();
    const files = Array.from({ length: 5 }, newImage);
    for (const file of files) expect((await client.encode(key, file)).status).toBe(200);
    const requests = stub.requests;
    expect(await client.encode(key, newImage())).toMatchObject({
      status: 403,
      body: { code: "SESSION_FULL", maxPictures: 5 },
    });
    expect(stub.requests).toBe(requests);
    expect(await client.summary(key)).toEqual({
      image_encodings: files.map((file) => ({ faces: [{ encoding: vectorOf(file) }] })),
    });
  });

  it("leaves exactly five of a hundred at once", async () => {
    const key = await client.openSession();
    const answers = await Promise.all(Array.from({ length: 100 }, () => client.encode(key, newImage())));
    const statuses = answers.map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array(5).fill(200), ...Array(95).fill(403)]);
    const taken = answers.filter(({ status }) => status === 200).map(({ body }) => JSON.stringify(body.faces));
    const kept = (await client.summary(key)).image_encodings.map(({ faces }: Json) => JSON.stringify(faces));
    expect(kept.sort()).toEqual(taken.sort());
  });
});

describe("a digest sent ahead", () => {
  const ahead = (key: string, file: Uint8Array) =>
    client.post("/encode", undefined, { key, "Repr-Digest": digest(file) });

  it("stands for an image the session has sent, and for nobody else's", async () => {
    const [key, other] = [await client.openSession(), await client.openSession()];
    const file = newImage();
    const unknown = await ahead(key, file);
    const sent = await client.encode(key, file);
    expect(unknown).toMatchObject({ status: 412, body: { code: "PICTURE_UNKNOWN" } });
    expect(await ahead(key, file)).toMatchObject({ status: 200, body: sent.body });
    expect((await client.summary(key)).image_encodings).toHaveLength(2);

    const { requestId: _first, ...asUnknown } = unknown.body;
    const { requestId: _second, ...ofOther } = (await ahead(other, file)).body;
    expect(ofOther).toEqual(asUnknown);
    await client.encode(other, file);
    expect((await ahead(other, file)).status).toBe(200);
  });

  it.each(["sha-512=:AAAA:", "sha-256=:abc=:", "0a1b", ""])("must be one: %j", async (value) => {
    const answer = await client.post("/encode", undefined, { key: await client.openSession(), "Repr-Digest": value });
    expect(answer).toMatchObject({
      status: 400,
      body: { code: "MALFORMED_REQUEST", detail: expect.stringContaining("Repr-Digest") },
    });
  });

  it("is checked against a body", async () => {
    const key = await client.openSession();
    const file = newImage();
    expect((await client.encode(key, file, { "Repr-Digest": digest(file) })).status).toBe(200);
    const wrong = await client.encode(key, file, { "Repr-Digest": digest(newImage()) });
    expect(wrong).toMatchObject({ status: 400, body: { code: "DIGEST_MISMATCH" } });
  });
});

describe("an image that somebody else has sent", () => {
  it("is not encoded again, and the answer does not tell", async () => {
    const [key, other] = [await client.openSession(), await client.openSession()];
    const file = newImage();
    const first = await client.encode(key, file);
    const requests = stub.requests;
    const second = await client.encode(other, file);
    expect(stub.requests).toBe(requests);
    expect(second.body).toEqual(first.body);
    const told = (headers: Headers) =>
      Array.from(headers.keys()).filter((name) => !["date", "x-request-id"].includes(name));
    expect(told(second.headers)).toEqual(told(first.headers));
  });

  it("is answered no sooner than encoding it took, the first time only", async () => {
    const DELAY_MS = 300;
    const [key, other] = [await client.openSession(), await client.openSession()];
    const file = newImage();
    stub.behaviour = (_request, response) => {
      const body = JSON.stringify([vectorOf(file)]);
      setTimeout(() => response.writeHead(200, { "Content-Type": "application/json" }).end(body), DELAY_MS);
    };
    await client.encode(key, file);
    const startedAt = performance.now();
    await client.encode(other, file);
    // Timers may fire a millisecond early.
    expect(performance.now() - startedAt).toBeGreaterThan(DELAY_MS - 2);
  });
});
