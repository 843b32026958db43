import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { badFile, form, golden, JobClient } from "../support/job-client.ts";
import { type RunningService, startService } from "../support/service.ts";

let service: RunningService;
let client: JobClient;
beforeAll(async () => {
  service = await startService({ MAX_IMAGES_PER_REQUEST: "10" });
  client = new JobClient(service.url);
});
afterAll(() => service.stop());

let keys = 0;
const newKey = () => ({ "Idempotency-Key": `key-${++keys}` });
const [first, second] = golden as [(typeof golden)[0], (typeof golden)[0]];
const send = (files: Parameters<typeof form>[0], headers: Record<string, string>, query = "") =>
  client.post(`/v1/jobs${query}`, form(files), headers);

/** An upload that has begun and whose end the test decides. */
async function slowUpload(key: Record<string, string>) {
  const upload = httpRequest(`${service.url}/v1/jobs`, {
    method: "POST",
    headers: { "Content-Type": "image/jpeg", "Content-Length": first.bytes.length, Expect: "100-continue", ...key },
  });
  const status = new Promise<number | string>((resolve) => {
    upload
      .on("response", (response) => resolve(response.resume().statusCode as number))
      .on("error", () => resolve("gone"));
  });
  upload.flushHeaders();
  // The service has begun with it: what is sent from now on comes second.
  await once(upload, "continue");
  upload.write(first.bytes.subarray(0, 100));
  return { status, finish: () => upload.end(first.bytes.subarray(100)), abort: () => upload.destroy() };
}
const raw = (key: Record<string, string>) =>
  client.post("/v1/jobs", new Blob([first.bytes]), { "Content-Type": "image/jpeg", ...key });

describe("a request with an Idempotency-Key", () => {
  it("that comes again is the same job, with nothing stored twice", async () => {
    const key = newKey();
    const once = await send([first, badFile], key);
    expect(once.headers.get("idempotency-replayed")).toBeNull();
    await client.finished(once.body.id);
    const again = await send([first, badFile], key);
    expect(again).toMatchObject({ status: 202, body: { id: once.body.id, images: { total: 2 } } });
    expect(again.headers.get("idempotency-replayed")).toBe("true");
    expect(again.headers.get("location")).toBe(`/v1/jobs/${once.body.id}`);
    expect(await client.jobs("limit=1000")).toHaveLength(1);
    await expect.poll(() => readdirSync(join(service.dataDir, "blobs", ".incoming"))).toEqual([]);
  });

  it.each([
    ["other images", [second], ""],
    ["another order", [badFile, first], ""],
    ["fewer images", [first], ""],
    ["another name", [{ ...first, name: "x.jpg" }, badFile], ""],
    ["other options", [first, badFile], "?minSize=50"],
    ["other labels", [first, badFile], "?labels=a:b"],
  ])("with %s is refused with 422", async (_what, files, query) => {
    const key = newKey();
    const { body } = await send([first, badFile], key);
    expect(await send(files, key, query)).toMatchObject({ status: 422, body: { code: "IDEMPOTENCY_KEY_REUSED" } });
    expect(await send([first, badFile], key)).toMatchObject({ status: 202, body: { id: body.id } });
  });

  it("sent twenty times at once makes one job; the others are told so", async () => {
    const key = newKey();
    const answers = await Promise.all(Array.from({ length: 20 }, () => send([first, second], key)));
    const accepted = answers.filter(({ status }) => status === 202);
    expect(new Set(accepted.map(({ body }) => body.id)).size).toBe(1);
    for (const { status, headers, body } of answers.filter(({ status }) => status !== 202)) {
      expect({ status, code: body.code }).toEqual({ status: 409, code: "IDEMPOTENCY_KEY_IN_USE" });
      expect(Number(headers.get("retry-after"))).toBeGreaterThan(0);
    }
    expect(await send([first, second], key)).toMatchObject({ status: 202, body: { id: accepted[0]?.body.id } });
  });

  it("is refused with 409 while the first is in flight, and then is the same job", async () => {
    const key = newKey();
    const upload = await slowUpload(key);
    await expect.poll(async () => (await raw(key)).status).toBe(409);
    upload.finish();
    expect(await upload.status).toBe(202);
    const again = await raw(key);
    expect(again).toMatchObject({ status: 202 });
    expect(again.headers.get("idempotency-replayed")).toBe("true");
  });

  it("may come again after the client went away, and after the request was refused", async () => {
    const key = newKey();
    const upload = await slowUpload(key);
    await expect.poll(async () => (await raw(key)).status).toBe(409);
    upload.abort();
    await expect.poll(async () => (await raw(key)).status).toBe(202);

    const other = newKey();
    expect(
      await send(
        Array.from({ length: 11 }, () => first),
        other,
      ),
    ).toMatchObject({ status: 413 });
    expect(await client.post("/v1/jobs", "x", { "Content-Type": "text/plain", ...other })).toMatchObject({
      status: 415,
    });
    const { status, body } = await send([first], other);
    expect(status).toBe(202);
    await client.finished(body.id);
  });

  it("of a job that was deleted makes a new one", async () => {
    const key = newKey();
    const { body } = await send([first], key);
    await client.send("DELETE", `/v1/jobs/${body.id}`);
    const again = await send([first], key);
    expect(again.status).toBe(202);
    expect(again.body.id).not.toBe(body.id);
  });

  it("works for a deferred /process too", async () => {
    const headers = { ...newKey(), Prefer: "wait=60" };
    const [once, again] = [
      await client.post("/process", form([first]), headers),
      await client.post("/process", form([first]), headers),
    ];
    expect(again).toMatchObject({ status: 200, body: once.body });
    expect(again.headers.get("content-location")).toBe(once.headers.get("content-location"));
  });

  it.each(["", "a b", "ü", "x".repeat(256)])("is refused with 400 for the key %j", async (key) => {
    expect(
      await client.post("/v1/jobs", form([first]), { "Idempotency-Key": Buffer.from(key).toString("latin1") }),
    ).toMatchObject({
      status: 400,
      body: { code: "INVALID_OPTION" },
    });
  });
});

describe("images added with an Idempotency-Key", () => {
  const add = (id: string, files: Parameters<typeof form>[0], headers: Record<string, string>) =>
    client.post(`/v1/jobs/${id}/images`, form(files), headers);

  it("are added once, however often they are sent", async () => {
    const { id } = await client.create([first], "?execute=false");
    const key = newKey();
    const answers = [];
    for (let attempt = 0; attempt < 3; attempt++) answers.push(await add(id, [second, badFile], key));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(answers.map(({ headers }) => headers.get("idempotency-replayed"))).toEqual([null, "true", "true"]);
    expect(answers.map(({ body }) => body.images.total)).toEqual([3, 3, 3]);
    await client.post(`/v1/jobs/${id}/execute`);
    await client.finished(id);
    // The answer may have been lost until after the job was executed.
    expect(await add(id, [second, badFile], key)).toMatchObject({ status: 200, body: { images: { total: 3 } } });
  });

  it("are refused with the key of another request", async () => {
    const key = newKey();
    const [one, other] = [await client.create([first], "?execute=false"), await client.create([], "?execute=false")];
    await add(one.id, [second], key);
    const reused = { status: 422, body: { code: "IDEMPOTENCY_KEY_REUSED" } };
    expect(await add(one.id, [first], key)).toMatchObject(reused);
    expect(await add(other.id, [second], key)).toMatchObject(reused);
    expect(await send([second], key, "?execute=false")).toMatchObject(reused);
    expect((await client.job(other.id)).images.total).toBe(0);
  });

  it("that were refused can be sent with the key again", async () => {
    const key = newKey();
    const job = await client.create([], "?execute=false");
    expect(await client.post(`/v1/jobs/${job.id}/images`, "x", { "Content-Type": "text/plain", ...key })).toMatchObject(
      {
        status: 415,
      },
    );
    expect(await add(job.id, [second], key)).toMatchObject({ status: 200, body: { images: { total: 1 } } });
  });
});

it("an upload that breaks off leaves no job and no image", async () => {
  const before = await client.jobs("limit=1000");
  const upload = httpRequest(`${service.url}/v1/jobs`, {
    method: "POST",
    headers: { "Content-Type": "multipart/form-data; boundary=x", "Transfer-Encoding": "chunked" },
  }).on("error", () => {});
  const part = (name: string) => `--x\r\nContent-Disposition: form-data; name="images"; filename="${name}"\r\n\r\n`;
  upload.write(Buffer.concat([Buffer.from(part("a.jpg")), first.bytes, Buffer.from(`\r\n${part("b.jpg")}half`)]));
  const blobs = join(service.dataDir, "blobs");
  const folders = () =>
    readdirSync(blobs).filter((name) => !before.some(({ id }) => id === name) && name !== ".incoming");
  await expect.poll(() => folders().length).toBe(1);
  const [folder] = folders() as [string];
  upload.destroy();
  await expect.poll(() => existsSync(join(blobs, folder))).toBe(false);
  expect(await client.jobs("limit=1000")).toHaveLength(before.length);
});
