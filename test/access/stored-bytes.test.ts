/** The room that the images of one owner's jobs may take. */
import { once } from "node:events";
import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { badFile, form, golden, type Json } from "../support/job-client.ts";
import { ADMIN_KEY, asAdmin, bearer, KeyClient } from "../support/key-client.ts";
import { sendLines } from "../support/raw-http.ts";
import { openPost } from "../support/raw-request.ts";
import { type RunningService, startService, temporaryFolder } from "../support/service.ts";

const KB = 1000;
/** Of an owner. */
const MOST = 100 * KB;
const FULL = { status: 429, body: { code: "STORAGE_QUOTA_EXCEEDED" } };
const STAGED = "/v1/jobs?execute=false";

let service: RunningService;
let client: KeyClient;
const dataDir = temporaryFolder();
async function start(more: NodeJS.ProcessEnv = {}): Promise<void> {
  const settings = { AUTH: "keys", ADMIN_KEY, MAX_STORED_BYTES_PER_OWNER: String(MOST), DATA_DIR: dataDir };
  service = await startService({ ...settings, LOG_LEVEL: "warn", ...more });
  client = new KeyClient(service.url);
}
beforeAll(() => start());
afterAll(async () => {
  await service.stop();
  rmSync(dataDir, { recursive: true });
});

let made = 0;
/** A file of as many bytes, unlike all others. */
const bytes = (count: number) => Buffer.alloc(count, `file ${made++} `);
const file = (count: number) => ({ name: "a.jpg", bytes: bytes(count) });
const raw = (headers: Record<string, string>) => ({ ...headers, "Content-Type": "image/jpeg" });
const jobsStored = () => readdirSync(join(service.dataDir, "blobs")).filter((name) => name !== ".incoming");

const CUT = { "Content-Type": "multipart/form-data; boundary=cut" };
/** A form with a whole file, and without its end. */
const cutForm = (count: number) =>
  Buffer.concat([
    Buffer.from('--cut\r\nContent-Disposition: form-data; name="images"; filename="a.jpg"\r\n\r\n'),
    bytes(count),
    Buffer.from("\r\n--cut\r\nContent-Disposition: form-data"),
  ]);
const bytesStored = (jobId: string) => {
  const folder = join(service.dataDir, "blobs", jobId);
  return readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
};

let headers: Record<string, string>;
beforeEach(async () => {
  headers = bearer((await client.key({ scopes: ["jobs", "sessions"] })).key);
});

describe("images of jobs", () => {
  it("take the room of their owner until the job is cancelled or deleted, also if it was never executed", async () => {
    const ids = [];
    for (let index = 0; index < 2; index++) {
      const { status, body } = await client.post(STAGED, bytes(50 * KB), raw(headers));
      expect(status).toBe(201);
      ids.push(body.id);
    }
    const before = jobsStored();
    const refused = await client.post(STAGED, bytes(1), raw(headers));
    expect(refused).toMatchObject(FULL);
    expect(refused.body).toMatchObject({ storedBytes: MOST, maxBytes: MOST });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await client.post("/v1/jobs", bytes(1), raw(headers))).toMatchObject(FULL);
    expect(await client.post(`/v1/jobs/${ids[0]}/images`, bytes(1), raw(headers))).toMatchObject(FULL);
    expect(jobsStored()).toEqual(before);
    // Others have room of their own.
    const other = bearer((await client.key({ scopes: ["jobs"] })).key);
    expect(await client.post(STAGED, bytes(MOST), raw(other))).toMatchObject({ status: 201 });

    expect((await client.post(`/v1/jobs/${ids[0]}/cancel`, undefined, headers)).status).toBe(200);
    expect(await client.post(STAGED, bytes(50 * KB + 1), raw(headers))).toMatchObject(FULL);
    expect(await client.post(STAGED, bytes(50 * KB), raw(headers))).toMatchObject({ status: 201 });
    expect((await client.send("DELETE", `/v1/jobs/${ids[1]}`, { headers })).status).toBe(204);
    expect(await client.post(STAGED, bytes(50 * KB), raw(headers))).toMatchObject({ status: 201 });
    expect((await client.get("/metrics", asAdmin)).body).toMatch(/limit_refusals_total\{limit="stored_bytes"\} [1-9]/);
  });

  it("give it back when the job has succeeded", async () => {
    const files = golden.slice(0, 2);
    const size = files.reduce((sum, { bytes: content }) => sum + content.length, 0);
    expect(size).toBeLessThan(MOST);
    for (let index = 0; index < 2 + Math.ceil(MOST / size); index++) {
      const { body } = await client.post("/v1/jobs", form(files), headers);
      expect((await client.get(`/v1/jobs/${body.id}/results?wait=60`, headers)).body.jobState).toBe("succeeded");
    }
  });

  it("give it back some time after the job has failed", async () => {
    const failing = [{ name: "bad.jpg", bytes: Buffer.concat([badFile.bytes, bytes(90 * KB)]) }];
    const { body } = await client.post("/v1/jobs", form(failing), headers);
    expect((await client.get(`/v1/jobs/${body.id}/results?wait=60`, headers)).body.jobState).toBe("failed");
    const more = () => client.post(STAGED, bytes(20 * KB), raw(headers));
    expect(await more()).toMatchObject(FULL);
    await service.stop();
    await start({ PICTURE_RETENTION_MS: "1", SWEEP_INTERVAL_MS: "100" });
    await expect.poll(more).toMatchObject({ status: 201 });
  });

  it("are refused before they are sent, if their length is", async () => {
    const fields = { ...raw(headers), Host: "localhost", "Content-Length": MOST + 1, Expect: "100-continue" };
    const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
    const { status, body } = await sendLines(service.url, [`POST ${STAGED} HTTP/1.1`, ...lines]);
    expect({ status, body: JSON.parse(body) }).toMatchObject(FULL);
  });

  it("are refused while they arrive, if it is not", async () => {
    const before = jobsStored();
    const streamed = (count: number) => ({
      method: "POST",
      headers: raw(headers),
      body: new ReadableStream({
        start(controller) {
          for (let sent = 0; sent < count; sent += KB) controller.enqueue(bytes(Math.min(KB, count - sent)));
          controller.close();
        },
      }),
      duplex: "half",
    });
    const send = (count: number) => fetch(service.url + STAGED, streamed(count) as RequestInit);
    expect((await send(MOST + 1)).status).toBe(429);
    // Compressed, it is short.
    const zipped = { ...raw(headers), "Content-Encoding": "gzip" };
    expect(await client.post(STAGED, gzipSync(bytes(MOST + 1)), zipped)).toMatchObject(FULL);
    const images = [bytes(60 * KB), bytes(41 * KB)].map((image) => image.toString("base64"));
    expect(await client.postJson("/v1/jobs", { images, execute: false }, headers)).toMatchObject(FULL);
    expect(await client.post(STAGED, form([file(60 * KB), file(41 * KB)]), headers)).toMatchObject(FULL);
    expect(jobsStored()).toEqual(before);
    // To the last byte.
    expect((await send(MOST)).status).toBe(201);
    expect((await send(1)).status).toBe(429);
  });

  it("never take more room than there is, however many are sent at once, and in the end no less", async () => {
    const send = async () => (await client.post(STAGED, bytes(10 * KB), raw(headers))).status;
    const statuses = await Promise.all(Array.from({ length: 25 }, send));
    let stored = statuses.filter((status) => status === 201).length;
    expect(stored).toBeGreaterThan(0);
    // One that becomes a job counts twice for a moment, and never not at all.
    await expect
      .poll(async () => {
        if ((await send()) === 201) stored++;
        return stored;
      })
      .toBe(10);
    expect(await send()).toBe(429);
  });

  it("count once if the request is repeated", async () => {
    const image = bytes(80 * KB);
    const key = { "Idempotency-Key": crypto.randomUUID() };
    for (const replayed of [null, "true"]) {
      const answer = await client.post(STAGED, image, { ...raw(headers), ...key });
      expect({ status: answer.status, replayed: answer.headers.get("idempotency-replayed") }).toEqual({
        status: 201,
        replayed,
      });
    }
    expect(await client.post(STAGED, bytes(20 * KB), raw(headers))).toMatchObject({ status: 201 });
    expect(await client.post(STAGED, bytes(1), raw(headers))).toMatchObject(FULL);
  });

  it("of sessions take the room of the key that opened them", async () => {
    const session = async () => ({ key: (await client.get("/session", headers)).body.key as string });
    const [first, second] = [await session(), await session()];
    expect(await client.post(STAGED, bytes(60 * KB), raw(first))).toMatchObject({ status: 201 });
    expect(await client.post(STAGED, bytes(50 * KB), raw(second))).toMatchObject(FULL);
    expect(await client.post(STAGED, bytes(50 * KB), raw(headers))).toMatchObject(FULL);
    expect(await client.post(STAGED, bytes(40 * KB), raw(second))).toMatchObject({ status: 201 });
    // Jobs do not tell it.
    expect(JSON.stringify((await client.get("/v1/jobs", first)).body)).not.toContain("account");
    expect((await client.send("DELETE", "/session", { headers: first })).status).toBe(204);
    expect(await client.post(STAGED, bytes(60 * KB), raw(second))).toMatchObject({ status: 201 });
  });

  it("of sessions take the room of the key also where an administrator makes the job for the session", async () => {
    const session = { key: (await client.get("/session", headers)).body.key as string };
    const ofAdmin = { key: (await client.get("/session", asAdmin)).body.key as string };
    const forIt = async (key: Record<string, string>) => ({
      ...asAdmin,
      "Sightline-Owner": (await client.get("/v1/whoami", key)).body.owner as string,
    });
    const [acting, actingForOwn, actingForKey] = [await forIt(session), await forIt(ofAdmin), await forIt(headers)];
    expect(await client.post(STAGED, bytes(60 * KB), raw(acting))).toMatchObject({ status: 201 });
    for (const other of [acting, session, headers, actingForKey])
      expect(await client.post(STAGED, bytes(50 * KB), raw(other))).toMatchObject(FULL);
    expect((await client.get("/v1/jobs", session)).body.items).toHaveLength(1);
    expect((await client.get("/v1/jobs", headers)).body.items).toEqual([]);
    expect(await client.post(STAGED, bytes(60 * KB), raw(actingForOwn))).toMatchObject({ status: 201 });
    expect(await client.post(STAGED, bytes(50 * KB), raw(asAdmin))).toMatchObject(FULL);
  });

  it("take no more than a key allows, of what its owner may", async () => {
    const { id } = await client.key({ scopes: ["jobs"] });
    const small = await client.key({ scopes: ["jobs"], sharesWith: id, limits: { storedBytes: 30 * KB } });
    const large = await client.key({ scopes: ["jobs"], sharesWith: id, limits: { storedBytes: 10 * MOST } });
    const send = (count: number, { key }: Json) => client.post(STAGED, bytes(count), raw(bearer(key)));
    expect(await send(30 * KB + 1, small)).toMatchObject(FULL);
    expect(await send(30 * KB, small)).toMatchObject({ status: 201 });
    expect(await send(1, small)).toMatchObject(FULL);
    expect(await send(70 * KB + 1, large)).toMatchObject(FULL);
    expect(await send(70 * KB, large)).toMatchObject({ status: 201 });
  });

  it("of additions that fail count with what they stored, until the job is over", async () => {
    const { id } = (await client.post(STAGED, new FormData(), headers)).body;
    const broken = async () => {
      const { status } = await client.post(`/v1/jobs/${id}/images`, cutForm(80 * KB), { ...headers, ...CUT });
      return status;
    };
    const statuses = [];
    for (let index = 0; index < 5; index++) statuses.push(await broken());
    expect({ statuses, bytes: bytesStored(id) <= 1.05 * MOST }).toEqual({
      statuses: [400, 429, 429, 429, 429],
      bytes: true,
    });
    expect(await client.post(STAGED, bytes(20 * KB + 1), raw(headers))).toMatchObject(FULL);
    expect(await client.post(`/v1/jobs/${id}/images`, bytes(20 * KB), raw(headers))).toMatchObject({ status: 200 });
    expect(await client.post(STAGED, bytes(1), raw(headers))).toMatchObject(FULL);
    expect((await client.post(`/v1/jobs/${id}/cancel`, undefined, headers)).status).toBe(200);
    expect(await client.post(STAGED, bytes(MOST), raw(headers))).toMatchObject({ status: 201 });
  });

  it("of additions that succeed count once, also after one that was refused", async () => {
    const { id } = (await client.post(STAGED, bytes(10 * KB), raw(headers))).body;
    const add = (count: number) => client.post(`/v1/jobs/${id}/images`, bytes(count), raw(headers));
    expect(await add(90 * KB + 1)).toMatchObject(FULL);
    expect(await client.post(`/v1/jobs/${id}/images`, form([file(50 * KB)]), headers)).toMatchObject({ status: 200 });
    expect(await add(40 * KB + 1)).toMatchObject(FULL);
    const added = await Promise.all(Array.from({ length: 10 }, async () => (await add(8 * KB)).status));
    expect(added.filter((status) => status === 200).length).toBeLessThanOrEqual(5);
    await expect.poll(() => add(8 * KB)).toMatchObject({ ...FULL, body: { ...FULL.body, storedBytes: MOST } });
  });

  it("of an upload that was broken off take no room", async () => {
    const fields = { ...raw(headers), "Content-Length": String(MOST), Expect: "100-continue" };
    const socket = await openPost(service.url, STAGED, fields);
    // It may send its body.
    expect(String((await once(socket, "data"))[0])).toMatch(/^HTTP\/1\.1 100 /);
    socket.write(bytes(10 * KB));
    const whole = () => client.post(STAGED, bytes(MOST), raw(headers));
    expect(await whole()).toMatchObject(FULL);
    socket.destroy();
    await expect.poll(whole).toMatchObject({ status: 201 });
  });
});
