/** Limits of a single key: its requests and its images, whatever they are sent to. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type EncoderStub, startEncoderStub } from "../support/encoder-stub.ts";
import { badFile, form, golden, type Json } from "../support/job-client.ts";
import { ADMIN_KEY, asAdmin, bearer, KeyClient } from "../support/key-client.ts";
import { type RunningService, startService } from "../support/service.ts";
import { newImage, PNG } from "../support/session-client.ts";

let stub: EncoderStub;
let service: RunningService;
let client: KeyClient;
beforeAll(async () => {
  stub = await startEncoderStub();
  service = await startService({ AUTH: "keys", ADMIN_KEY, ENCODER_URL: stub.url, LOG_LEVEL: "warn" });
  client = new KeyClient(service.url);
});
afterAll(async () => {
  await service.stop();
  await stub.close();
});

const scopes = ["process", "jobs", "sessions", "collections"] as const;
const RATE_LIMITED = { status: 429, body: { code: "RATE_LIMITED" } };
const files = (count: number) =>
  Array.from({ length: count }, (_, index) => ({ name: `${index}.png`, bytes: newImage() }));
const base64 = (count: number) => files(count).map(({ bytes }) => bytes.toString("base64"));
const SAME = newImage();
const codes = ({ images }: Json) => images.map(({ problem }: Json) => problem?.code ?? "done");

describe("the limits of a key", () => {
  it("are given with it, and shown wherever it is", async () => {
    const limits = { requestsPerMinute: 50, imagesPerMinute: 7, storedBytes: 2 ** 40 };
    const { status, body } = await client.createKey({ scopes: ["sessions"], limits });
    expect({ status, limits: body.limits }).toEqual({ status: 201, limits });
    expect((await client.get(`/v1/keys/${body.id}`, asAdmin)).body.limits).toEqual(limits);
    const { items } = (await client.get("/v1/keys?limit=1000", asAdmin)).body;
    expect(items.find(({ id }: Json) => id === body.id).limits).toEqual(limits);
    expect((await client.whoAmI(body.key)).body).toMatchObject({ limits, key: { limits } });
    // A session is opened with the key, and has its limits.
    const { key } = (await client.get("/session", bearer(body.key))).body;
    expect((await client.whoAmI(key)).body).toMatchObject({ limits });
    expect((await client.whoAmI((await client.key()).key)).body).not.toHaveProperty("limits");
  });

  it.each([
    {},
    { requestsPerMinute: 0 },
    { imagesPerMinute: -1 },
    { imagesPerMinute: 1.5 },
    { requestsPerMinute: "60" },
    { requestsPerHour: 60 },
    { storedBytes: 0 },
    null,
  ])("cannot be %j", async (limits) => {
    expect(await client.createKey({ limits } as Json)).toMatchObject({ status: 400 });
  });

  it("count its requests, those of its sessions with them, and nobody else's", async () => {
    const limited = { scopes: [...scopes], limits: { requestsPerMinute: 6 } };
    const { id, key } = await client.key(limited);
    const sibling = await client.key({ ...limited, sharesWith: id });
    const session = (await client.get("/session", bearer(key))).body.key;
    const statuses = [];
    for (let index = 0; index < 8; index++)
      statuses.push((await client.whoAmI(index % 2 === 0 ? key : session)).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429, 429]);
    const refused = await client.whoAmI(key);
    expect(refused).toMatchObject(RATE_LIMITED);
    expect(refused.headers.get("ratelimit-limit")).toBe("6");
    expect((await client.whoAmI(sibling.key)).headers.get("ratelimit-remaining")).toBe("5");
    expect((await client.get("/metrics", asAdmin)).body).toMatch(/limit_refusals_total\{limit="key_requests"\} 4/);
  });
});

it("a problem names the limit also where that is one", async () => {
  const { key } = await client.key({ scopes: [...scopes], limits: { imagesPerMinute: 1 } });
  const send = () => client.post("/process", newImage(), { ...PNG, ...bearer(key) });
  expect((await send()).status).toBe(200);
  expect((await send()).body.detail).toBe("The key's limit of images in a minute is 1.");
});

describe("images of a key that allows five a minute", () => {
  let headers: Record<string, string>;
  beforeEach(async () => {
    headers = bearer((await client.key({ scopes: [...scopes], limits: { imagesPerMinute: 5 } })).key);
  });

  it("have a receipt each, those beyond the limit with its problem", async () => {
    const { status, body } = await client.post("/process", form([...files(4), badFile, ...files(3)]), headers);
    expect(status).toBe(200);
    const done = ["done", "done", "done", "done", "UNSUPPORTED_MEDIA_TYPE"];
    expect(codes(body)).toEqual([...done, "RATE_LIMITED", "RATE_LIMITED", "RATE_LIMITED"]);
    const refused = await client.post("/process", form(files(2)), headers);
    expect(refused).toMatchObject(RATE_LIMITED);
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await client.post("/process", newImage(), { ...PNG, ...headers })).toMatchObject(RATE_LIMITED);
    expect(await client.post("/process?annotate=true", newImage(), { ...PNG, ...headers })).toMatchObject(RATE_LIMITED);
  });

  it("are refused together where the body tells their number first", async () => {
    const send = (count: number) => client.postJson("/process", { images: base64(count) }, headers);
    expect(await send(6)).toMatchObject(RATE_LIMITED);
    expect(await send(3)).toMatchObject({ status: 200 });
    expect(await send(3)).toMatchObject(RATE_LIMITED);
    expect(await send(2)).toMatchObject({ status: 200 });
    expect(await send(1)).toMatchObject(RATE_LIMITED);
  });

  it("are no job if they are too many, and leave nothing behind", async () => {
    expect(await client.post("/v1/jobs", form(files(6)), headers)).toMatchObject(RATE_LIMITED);
    expect((await client.get("/v1/jobs", headers)).body.items).toEqual([]);
    // What has arrived has counted.
    expect(await client.post("/v1/jobs", form(files(1)), headers)).toMatchObject(RATE_LIMITED);
  });

  it.each([
    ["in a form", (count: number) => client.post("/v1/jobs?execute=false", form(files(count)), headers)],
    ["in JSON", (count: number) => client.postJson("/v1/jobs", { images: base64(count), execute: false }, headers)],
    [
      "deferred",
      (count: number) => client.post("/process", form(files(count)), { ...headers, Prefer: "respond-async" }),
    ],
  ])("of jobs count when they are accepted: %s", async (_name, send) => {
    expect((await send(3)).status).toBeLessThan(300);
    expect((await send(2)).status).toBeLessThan(300);
    expect(await send(1)).toMatchObject(RATE_LIMITED);
  });

  it("that are added to a job count too; a request that is repeated does not", async () => {
    const { body: job } = await client.post("/v1/jobs?execute=false", form(files(2)), headers);
    const add = { ...headers, "Idempotency-Key": crypto.randomUUID() };
    const added = form(files(3));
    for (const _ of ["first", "again"])
      expect(await client.post(`/v1/jobs/${job.id}/images`, added, add)).toMatchObject({
        status: 200,
        body: { images: { total: 5 } },
      });
    expect(await client.post(`/v1/jobs/${job.id}/images`, form(files(1)), headers)).toMatchObject(RATE_LIMITED);
    expect((await client.post(`/v1/jobs/${job.id}/execute`, undefined, headers)).status).toBe(202);
  });

  it("count wherever they are sent", async () => {
    const image = () => newImage();
    expect((await client.postJson("/v1/collections", { name: "c" }, headers)).status).toBe(201);
    const tensor = { name: "image", shape: [1], datatype: "BYTES", data: [newImage().toString("base64")] };
    const sent = [
      await client.postJson("/v2/models/faces-haar/infer", { inputs: [tensor] }, headers),
      await client.post("/encode", image(), { ...PNG, ...headers }),
      await client.post("/v1/collections/c/faces", image(), { ...PNG, ...headers }),
      await client.post("/v1/collections/c/search", image(), { ...PNG, ...headers }),
      await client.post("/uploadfile/", image(), { ...PNG, ...headers }),
    ];
    expect(sent.map(({ status }) => status)).toEqual([200, 200, 201, 200, 201]);
    const refused = [
      await client.postJson("/v2/models/faces-haar/infer", { inputs: [tensor] }, headers),
      await client.post("/encode", image(), { ...PNG, ...headers }),
      await client.post("/v1/collections/c/faces", image(), { ...PNG, ...headers }),
      await client.post("/v1/compare", form(files(2)), headers),
      await client.post("/uploadfile/", image(), { ...PNG, ...headers }),
    ];
    for (const answer of refused) expect(answer).toMatchObject(RATE_LIMITED);
    // Without an image nothing counts.
    expect((await client.get("/v1/collections", headers)).status).toBe(200);
  });

  it.each([
    ["encoded", (again: Json) => client.post("/encode", SAME, { ...PNG, ...again })],
    ["added to a collection", (again: Json) => client.post("/v1/collections/again/faces", SAME, { ...PNG, ...again })],
  ])("do not count again in a request that is repeated: %s", async (_name, send) => {
    await client.postJson("/v1/collections", { name: "again" }, headers);
    const key = { ...headers, "Idempotency-Key": crypto.randomUUID() };
    const answers = [];
    for (let index = 0; index < 7; index++) answers.push(await send(key));
    expect(answers.map(({ status }) => status)).toEqual(Array(7).fill(answers[0]?.status));
    for (let index = 0; index < 4; index++)
      expect((await client.post("/process", newImage(), { ...PNG, ...headers })).status).toBe(200);
    expect(await client.post("/process", newImage(), { ...PNG, ...headers })).toMatchObject(RATE_LIMITED);
  });

  it("are as many as the limit says, however many are sent at once", async () => {
    const [image] = golden;
    const sent = Array.from({ length: 12 }, () =>
      client.post("/process", image?.bytes, { "Content-Type": "image/jpeg", ...headers }),
    );
    const statuses = (await Promise.all(sent)).map(({ status }) => status).sort();
    expect(statuses).toEqual([...Array(5).fill(200), ...Array(7).fill(429)]);
  });
});
