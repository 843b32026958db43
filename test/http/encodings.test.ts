/** Encoding once what is sent often; collections; limits of requests. The encoder is a remote one that counts. */
import { createHash } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import {
  answerWith,
  behaviours,
  DIMENSIONS,
  type EncoderStub,
  startEncoderStub,
  vectorOf,
} from "../support/encoder-stub.ts";
import { blackPng } from "../support/images.ts";
import { type Answer, badFile, form, JobClient, type Json } from "../support/job-client.ts";
import { Random } from "../support/random.ts";
import { type RunningService, startService } from "../support/service.ts";

const PNG = { "Content-Type": "image/png" };
const REQUESTS_PER_MINUTE = 150;
const SESSIONS_PER_MINUTE = 50;
let stub: EncoderStub;
let service: RunningService;
let client: JobClient;
beforeAll(async () => {
  stub = await startEncoderStub();
  service = await startService({
    THREADS: "2",
    ENCODER_URL: stub.url,
    ENCODER_TIMEOUT_MS: "10000",
    SESSIONS_PER_MINUTE: String(SESSIONS_PER_MINUTE),
    REQUESTS_PER_MINUTE: String(REQUESTS_PER_MINUTE),
    PROXY_HOPS: "1",
    AUTH: "off",
  });
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

let addresses = 0;
/** As if each came from another client. */
const openSession = async (address = `10.0.0.${++addresses}`): Promise<string> =>
  (await client.get("/session", { "X-Forwarded-For": address })).body.key;

it("hundreds of mixed uploads of twenty images cost twenty encodings", { timeout: 240_000 }, async () => {
  const files = Array.from({ length: 20 }, (_, n) => ({ name: `${n}.png`, bytes: blackPng(30 + n, 7) }));
  const random = new Random(3);
  const keys = await Promise.all(Array.from({ length: 15 }, () => openSession()));
  const any = <T>(items: readonly T[]) => items[random.integer(0, items.length - 1)] as T;
  const before = stub.requests;
  const answers: Promise<number>[] = [];
  let images = 0;
  while (images < 400) {
    const [way, key] = [random.integer(0, 3), any(keys)];
    const file = any(files);
    images += way === 2 ? 5 : 1;
    if (way === 0) answers.push(client.post("/encode", file.bytes, { ...PNG, key }).then(({ status }) => status));
    else if (way === 1) answers.push(client.post("/uploadfile/", form([file])).then(({ status }) => status));
    else if (way === 2) {
      const five = Array.from({ length: 5 }, () => any(files));
      answers.push(client.post("/v1/jobs?model=face-encoding", form(five), { key }).then(({ status }) => status));
    } else {
      const two = { first: { image: file.bytes.toString("base64") }, second: { encoding: Array(DIMENSIONS).fill(1) } };
      answers.push(client.postJson("/v1/compare", two).then(({ status }) => status));
    }
    // As many at once as a busy client would have in flight.
    if (answers.length % 50 === 0) await Promise.all(answers);
  }
  const statuses = new Set(await Promise.all(answers));
  // Sessions that are full refuse what comes after the fifth.
  for (const status of statuses) expect([200, 201, 202, 403]).toContain(status);
  const stats = async (headers: Record<string, string>) => (await client.get("/stats/", headers)).body;
  // Asked more often, the service would refuse it by the limit of requests of a key.
  for (const headers of [{}, ...keys.map((key) => ({ key }))])
    await expect
      .poll(() => stats(headers as Record<string, string>), { interval: 1_000 })
      .toMatchObject({ created: 0 });
  expect(stub.requests - before).toBe(20);
  expect(new Set(stub.received.values())).toEqual(new Set([1]));
  const failed = await Promise.all([{}, ...keys.map((key) => ({ key }))].map((h) => client.get("/stats/", h as never)));
  expect(failed.reduce((sum, { body }) => sum + body.failed, 0)).toBe(0);
});

it("ten of one image at the same moment cost one encoding", async () => {
  const file = blackPng(200, 7);
  const before = stub.requests;
  const open = Promise.withResolvers<void>();
  stub.behaviour = async (_request, response, image) => {
    await open.promise;
    response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify([vectorOf(image)]));
  };
  const keys = await Promise.all(Array.from({ length: 10 }, () => openSession()));
  const answers = keys.map((key) => client.post("/encode", file, { ...PNG, key }));
  await expect.poll(() => stub.requests).toBe(before + 1);
  open.resolve();
  for (const { status, body } of await Promise.all(answers)) {
    expect(status).toBe(200);
    expect(body.faces[0].encoding).toEqual(vectorOf(file));
  }
  expect(stub.requests).toBe(before + 1);
});

it.each([
  ["reset", 502, "ENCODER_FAILED"],
  ["wrongShape", 502, "ENCODER_FAILED"],
  ["slow", 504, "ENCODER_TIMEOUT"],
] as const)("a remote encoder's fault (%s) is told as such, and nothing is kept of it", async (name, status, code) => {
  const key = await openSession();
  const file = blackPng(201, 7 + status + name.length);
  stub.behaviour = behaviours[name];
  expect(await client.post("/encode", file, { ...PNG, key })).toMatchObject({ status, body: { code } });
  stub.behaviour = undefined;
  expect((await client.post("/encode", file, { ...PNG, key })).status).toBe(200);
  expect((await client.get("/summary", { key })).body.image_encodings).toHaveLength(1);
});

it.each([204, 400, 403, 404, 500])("a remote encoder's status %d is not that of the answer", async (answerStatus) => {
  const key = await openSession();
  stub.behaviour = answerWith(answerStatus, "");
  const answer = await client.post("/encode", blackPng(202, answerStatus), { ...PNG, key });
  stub.behaviour = undefined;
  expect(answer).toMatchObject({ status: 502, body: { status: 502, code: "ENCODER_FAILED", answerStatus } });
});

describe("a collection", () => {
  const make = async (headers: Record<string, string> = {}, requirements?: object) => {
    const name = `c-${++addresses}`;
    const wanted = { name, ...(requirements && { requirements }) };
    const { status, body, headers: answered } = await client.postJson("/v1/collections", wanted, headers);
    expect({ status, body }).toMatchObject({ status: 201, body: { name, faces: 0, version: "remote" } });
    expect(answered.get("location")).toBe(`/v1/collections/${name}`);
    return `/v1/collections/${name}`;
  };
  const ids = (answer: { body: Json }) => answer.body.items.map(({ label }: Json) => label);

  it("finds the nearest faces, of images and of encodings", async () => {
    const path = await make();
    const files = Array.from({ length: 20 }, (_, n) => blackPng(300 + n, 9));
    for (const [n, file] of files.entries())
      expect((await client.post(`${path}/faces?label=p${n}`, file, PNG)).status).toBe(201);
    const found = await client.post(`${path}/search?limit=3`, files[7], PNG);
    expect(found).toMatchObject({ status: 200, body: { searched: 20, model: "face-encoding", version: "remote" } });
    expect(found.body.items).toHaveLength(3);
    expect(found.body.items[0]).toMatchObject({ label: "p7", samePerson: null });
    expect(found.body.items[0].similarity).toBeCloseTo(1, 6);
    const encoding = vectorOf(files[11] as Buffer);
    expect(ids(await client.postJson(`${path}/search?limit=1`, { encoding }))).toEqual(["p11"]);

    const { id } = (await client.postJson(`${path}/search?limit=1`, { encoding })).body.items[0];
    expect((await client.send("DELETE", `${path}/faces/${id}`)).status).toBe(204);
    expect((await client.send("DELETE", `${path}/faces/${id}`)).body.code).toBe("FACE_NOT_FOUND");
    expect(ids(await client.postJson(`${path}/search?limit=1`, { encoding }))).not.toEqual(["p11"]);
    const more = { faces: [{ encoding, label: "again" }, { image: files[1]?.toString("base64") }] };
    expect((await client.postJson(`${path}/faces`, more)).body.items).toMatchObject([
      { label: "again" },
      { label: null },
    ]);
    expect(ids(await client.postJson(`${path}/search?limit=1`, { encoding }))).toEqual(["again"]);
    expect((await client.get(path)).body.faces).toBe(21);
  });

  it("refuses what does not fit it", async () => {
    const path = await make();
    const add = (value: object) => client.postJson(`${path}/faces`, value);
    expect((await add({ faces: [{ encoding: [1, 2, 3] }, { encoding: [1, 2] }] })).body.code).toBe("INVALID_OPTION");
    expect((await client.get(path)).body.faces).toBe(0);
    expect((await add({ faces: [{ encoding: [1, 2, 3] }] })).status).toBe(201);
    expect((await client.post(`${path}/faces`, blackPng(400, 9), PNG)).body.code).toBe("INVALID_OPTION");
    expect((await client.postJson(`${path}/search`, { encoding: [1] })).body.code).toBe("INVALID_OPTION");
    expect((await add({ faces: [] })).body.code).toBe("MALFORMED_REQUEST");
    stub.faces = 0;
    expect((await client.post(`${path}/faces`, blackPng(401, 9), PNG)).body.code).toBe("NO_FACE");
    expect((await client.postJson("/v1/collections", { name: path.split("/").at(-1) })).body.code).toBe(
      "COLLECTION_EXISTS",
    );
    for (const name of ["a/b", ".", ".."])
      expect((await client.postJson("/v1/collections", { name })).body.code).toBe("MALFORMED_REQUEST");
    expect((await client.get("/v1/collections/none")).body.code).toBe("COLLECTION_NOT_FOUND");
  });

  it("says which image of a request is at fault, and which encoding has another length", async () => {
    const path = await make();
    const good = { image: blackPng(402, 9).toString("base64") };
    const bad = { image: Buffer.from("no image").toString("base64") };
    const answers = await Promise.all([
      client.postJson(`${path}/faces`, { faces: [good, good, bad, good] }),
      client.postJson(`${path}/faces`, { faces: [{ encoding: [1, 2, 3] }, { encoding: [1, 2] }] }),
      client.postJson("/v1/compare", { first: good, second: bad }),
      client.post("/v1/compare", form([{ name: "a.png", bytes: blackPng(402, 9) }, badFile])),
    ]);
    expect(answers.map(({ body: { code, index } }) => [code, index])).toEqual([
      ["UNSUPPORTED_MEDIA_TYPE", 2],
      ["INVALID_OPTION", 1],
      ["UNSUPPORTED_MEDIA_TYPE", 1],
      ["UNSUPPORTED_MEDIA_TYPE", 1],
    ]);
  });

  it("refuses numbers that similarities would overflow with, and compares the smallest", async () => {
    const path = await make();
    const of = (value: number) => ({ encoding: Array(DIMENSIONS).fill(value) });
    expect((await client.postJson(`${path}/faces`, { faces: [of(1e101)] })).body.code).toBe("MALFORMED_REQUEST");
    expect((await client.postJson("/v1/compare", { first: of(1e308), second: of(1) })).body.code).toBe(
      "MALFORMED_REQUEST",
    );
    const answers = [of(1e100), of(1e-200)].map((first) => client.postJson("/v1/compare", { first, second: first }));
    for (const { body } of await Promise.all(answers)) {
      expect(body.similarity).toBeCloseTo(1, 9);
      expect(body.distance).toBe(0);
    }
  });

  it("refuses a face that is there already, and names it", async () => {
    const path = await make({}, { minDistance: 0.2 });
    const file = blackPng(420, 9);
    const first = (await client.post(`${path}/faces`, file, PNG)).body.items[0];
    const again = await client.post(`${path}/faces`, file, PNG);
    expect(again).toMatchObject({ status: 409, body: { code: "DUPLICATE_FACE", faceId: first.id, index: 0 } });
    expect(again.body.distance).toBeCloseTo(0, 3);
    const encoding = vectorOf(blackPng(421, 9));
    const twice = await client.postJson(`${path}/faces`, { faces: [{ encoding }, { encoding }] });
    expect(twice).toMatchObject({ status: 409, body: { code: "DUPLICATE_FACE", otherIndex: 0, index: 1 } });
    expect((await client.get(path)).body).toMatchObject({ faces: 1, requirements: { minDistance: 0.2 } });
    await client.send("DELETE", `${path}/faces/${first.id}`);
    expect((await client.post(`${path}/faces`, file, PNG)).status).toBe(201);
  });

  it("refuses faces of unknown quality if it requires any, and requirements that do not exist", async () => {
    const path = await make({}, { minSharpness: 0.35 });
    const answer = await client.postJson(`${path}/faces`, { faces: [{ encoding: [1, 2] }] });
    expect(answer).toMatchObject({ status: 422, body: { code: "FACE_QUALITY", index: 0 } });
    expect((await client.post(`${path}/faces`, blackPng(430, 9), PNG)).body.code).toBe("FACE_QUALITY");
    for (const requirements of [{ minSharpnes: 1 }, { minSharpness: 2 }, { minDistance: 0 }])
      expect((await client.postJson("/v1/collections", { name: "x", requirements })).status).toBe(400);
  });

  it("lists its faces in the order of adding, also while some of them are removed", async () => {
    const path = await make();
    expect((await client.get(`${path}/faces`)).body).toEqual({ items: [] });
    const faces = Array.from({ length: 5 }, (_, n) => ({ encoding: [n + 1, 1], label: `p${n}` }));
    const { items } = (await client.postJson(`${path}/faces`, { faces })).body;
    expect((await client.get(`${path}/faces`)).body).toEqual({ items });
    const first = (await client.get(`${path}/faces?limit=2`)).body;
    expect(first).toEqual({ items: items.slice(0, 2), nextCursor: expect.any(String) });
    // The one that the page ended with.
    await client.send("DELETE", `${path}/faces/${items[1].id}`);
    const rest = (await client.get(`${path}/faces?limit=3&cursor=${first.nextCursor}`)).body;
    expect(rest).toEqual({ items: items.slice(2) });
    for (const query of ["limit=0", "limit=1001", "cursor=x", "cursor=-1", "label=p1"])
      expect((await client.get(`${path}/faces?${query}`)).body.code).toBe("INVALID_OPTION");
    for (const name of ["none", "a%2Fb"])
      expect((await client.get(`/v1/collections/${name}/faces`)).body.code).toBe("COLLECTION_NOT_FOUND");
    const head = await fetch(`${service.url}${path}/faces`, { method: "HEAD" });
    expect({ status: head.status, text: await head.text() }).toEqual({ status: 200, text: "" });
  });

  it("is made once by requests with one Idempotency-Key, and so are its faces", async () => {
    const key = (name: string) => ({ "Idempotency-Key": name });
    const replayed = ({ headers }: Answer<Json>) => headers.get("idempotency-replayed");
    const reused = { status: 422, body: { code: "IDEMPOTENCY_KEY_REUSED" } };
    const create = (name = "once", idempotencyKey = "c") =>
      client.postJson("/v1/collections", { name, requirements: { minDistance: 0.2 } }, key(idempotencyKey));
    const made = await Promise.all(Array.from({ length: 8 }, () => create()));
    for (const { status, body } of made) expect({ status, body }).toEqual({ status: 201, body: made[0]?.body });
    expect(made.filter((answer) => replayed(answer) === null)).toHaveLength(1);
    expect((await create("once", "d")).body.code).toBe("COLLECTION_EXISTS");
    expect(await create("twice")).toMatchObject(reused);

    const path = "/v1/collections/once";
    const add = (label: string, headers: Record<string, string>, file = blackPng(440, 9)) =>
      client.post(`${path}/faces?label=${label}`, file, { ...PNG, ...headers });
    const added = await Promise.all(Array.from({ length: 8 }, () => add("Ada", key("f"))));
    for (const { status, body } of added) expect({ status, body }).toEqual({ status: 201, body: added[0]?.body });
    expect(added.filter((answer) => replayed(answer) === null)).toHaveLength(1);
    // What is added without the key is a duplicate of it.
    expect((await add("Ada", {})).body).toMatchObject({ code: "DUPLICATE_FACE", faceId: added[0]?.body.items[0].id });
    expect(await add("Bea", key("f"))).toMatchObject(reused);
    expect(await add("Ada", key("f"), blackPng(441, 9))).toMatchObject(reused);
    expect((await client.get(path)).body.faces).toBe(1);
    expect(await create()).toMatchObject({ status: 201, body: { name: "once", faces: 1 } });

    const faces = [442, 443, 444].map((width) => ({ encoding: vectorOf(blackPng(width, 9)) }));
    const three = (wanted = faces) => client.postJson(`${path}/faces`, { faces: wanted }, key("g"));
    const [, second] = (await three()).body.items;
    await client.send("DELETE", `${path}/faces/${second.id}`);
    const again = await three();
    expect({ status: again.status, replayed: replayed(again) }).toEqual({ status: 201, replayed: "true" });
    expect(again.body.items).toHaveLength(2);
    expect(await three(faces.slice(1))).toMatchObject(reused);
    expect((await client.get(path)).body.faces).toBe(3);
    // Deleted, it is made again.
    await client.send("DELETE", path);
    expect(await create()).toMatchObject({ status: 201, body: { faces: 0 } });
    expect((await three()).body.items).toHaveLength(3);
  });

  it("is listed by name, page by page", async () => {
    const key = await openSession();
    for (const name of ["b", "c", "a"]) await client.postJson("/v1/collections", { name }, { key });
    const { items, nextCursor } = (await client.get("/v1/collections?limit=2", { key })).body;
    expect(items.map(({ name }: Json) => name)).toEqual(["a", "b"]);
    const last = (await client.get(`/v1/collections?limit=2&cursor=${nextCursor}`, { key })).body;
    expect(last).toEqual({ items: [expect.objectContaining({ name: "c" })] });
    expect((await client.get("/v1/collections?cursor=/", { key })).status).toBe(400);
  });

  it("is its session's, and gone with it", async () => {
    const key = await openSession();
    const path = await make({ key });
    await client.postJson(`${path}/faces`, { faces: [{ encoding: [1, 2] }] }, { key });
    expect((await client.get(path)).status).toBe(404);
    expect((await client.get(`${path}/faces`)).status).toBe(404);
    expect((await client.get(`${path}/faces`, { key })).body.items).toHaveLength(1);
    expect((await client.postJson(`${path}/search`, { encoding: [1, 2] })).status).toBe(404);
    expect(
      (await client.get("/v1/collections")).body.items.map(({ name }: Json) => `/v1/collections/${name}`),
    ).not.toContain(path);
    await client.send("DELETE", "/session", { headers: { key } });
    expect((await client.get(path, { key })).status).toBe(404);
    expect((await client.get("/v1/collections", { key })).body).toEqual({ items: [] });
  });
});

it("an image is added to a session once with one Idempotency-Key, also to one that is full by then", async () => {
  const key = await openSession();
  const encode = (file: Buffer<ArrayBuffer>, idempotencyKey: string, headers: Record<string, string> = PNG) =>
    client.post("/encode", file, { ...headers, key, "Idempotency-Key": idempotencyKey });
  const file = blackPng(450, 9);
  const answers = await Promise.all(Array.from({ length: 6 }, () => encode(file, "0")));
  for (const { status, body } of answers) expect({ status, body }).toEqual({ status: 200, body: answers[0]?.body });
  expect(answers.filter(({ headers }) => headers.get("idempotency-replayed") === null)).toHaveLength(1);
  for (const name of ["1", "2", "3", "4"]) expect((await encode(file, name)).status).toBe(200);
  expect((await encode(file, "5")).body.code).toBe("SESSION_FULL");
  expect(await encode(file, "0")).toMatchObject({ status: 200, body: answers[0]?.body });
  // The same request, without the bytes.
  const digest = createHash("sha256").update(file).digest("base64");
  const withoutBytes = { "Repr-Digest": `sha-256=:${digest}:`, key, "Idempotency-Key": "0" };
  expect((await client.send("POST", "/encode", { headers: withoutBytes })).status).toBe(200);
  expect((await encode(blackPng(451, 9), "0")).body.code).toBe("IDEMPOTENCY_KEY_REUSED");
  expect((await client.get("/summary", { key })).body.image_encodings).toHaveLength(5);
});

it("an Idempotency-Key is refused by what opens sessions", async () => {
  const refused = { status: 400, body: { code: "INVALID_OPTION", detail: expect.stringContaining("Idempotency-Key") } };
  for (const method of ["POST", "GET"])
    expect(await client.send(method, "/session", { headers: { "Idempotency-Key": "s" } })).toMatchObject(refused);
});

describe("limits", () => {
  it("of keys handed out are by client address, and say how things stand", async () => {
    const from = (address: string) => client.get("/session", { "X-Forwarded-For": `1.2.3.4, ${address}` });
    const first = await from("10.9.9.9");
    expect(first.headers.get("ratelimit-limit")).toBe(String(SESSIONS_PER_MINUTE));
    expect(first.headers.get("ratelimit-remaining")).toBe(String(SESSIONS_PER_MINUTE - 1));
    const answers = await Promise.all(Array.from({ length: SESSIONS_PER_MINUTE }, () => from("10.9.9.9")));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(SESSIONS_PER_MINUTE - 1);
    const refused = answers.find(({ status }) => status === 429);
    expect(refused).toMatchObject({ body: { code: "RATE_LIMITED" } });
    const seconds = Number(refused?.headers.get("retry-after"));
    expect(seconds).toBeGreaterThan(0);
    expect(seconds).toBeLessThanOrEqual(60);
    expect(refused?.headers.get("ratelimit-remaining")).toBe("0");
    expect((await from("10.9.9.8")).status).toBe(200);
  });

  it("of requests are by key", async () => {
    const [key, other] = [await openSession(), await openSession()];
    const statuses = new Map<number, number>();
    for (let sent = 0; sent < REQUESTS_PER_MINUTE + 10; sent += 10)
      for (const { status } of await Promise.all(Array.from({ length: 10 }, () => client.get("/summary", { key }))))
        statuses.set(status, (statuses.get(status) ?? 0) + 1);
    expect(statuses.get(200)).toBeGreaterThanOrEqual(REQUESTS_PER_MINUTE);
    expect(statuses.get(429)).toBeGreaterThan(0);
    expect((await client.get("/summary", { key: other })).status).toBe(200);
  });
});
