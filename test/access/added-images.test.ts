/** Images that an administrator adds to the job of another: they count for the owner of the job, whoever adds them. */
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { form } from "../support/job-client.ts";
import { ADMIN_KEY, asAdmin, bearer, KeyClient } from "../support/key-client.ts";
import { type RunningService, startService } from "../support/service.ts";

const KB = 1000;
/** Of an owner. */
const [MOST_BYTES, MOST_IMAGES] = [100 * KB, 5];
const STAGED = "/v1/jobs?execute=false";

let service: RunningService;
let client: KeyClient;
beforeAll(async () => {
  service = await startService({
    ...{ AUTH: "keys", ADMIN_KEY, LOG_LEVEL: "warn" },
    ...{ MAX_STORED_BYTES_PER_OWNER: String(MOST_BYTES), MAX_QUEUED_IMAGES_PER_OWNER: String(MOST_IMAGES) },
  });
  client = new KeyClient(service.url);
});
afterAll(() => service.stop());

let owner: Record<string, string>;
beforeEach(async () => {
  owner = bearer((await client.key({ scopes: ["jobs"] })).key);
});

let made = 0;
const images = (count: number, bytes: number) =>
  form(Array.from({ length: count }, () => ({ name: "a.jpg", bytes: Buffer.alloc(bytes, `file ${made++} `) })));

async function stage(headers: Record<string, string>, count: number, bytes: number): Promise<string> {
  const { status, body } = await client.post(STAGED, images(count, bytes), headers);
  expect(status).toBe(201);
  return body.id;
}
const add = (headers: Record<string, string>, id: string, count: number, bytes: number) =>
  client.post(`/v1/jobs/${id}/images`, images(count, bytes), headers);

it("take the room that the owner of the job has, and none of the administrator's", async () => {
  const [id, own] = [await stage(owner, 1, 60 * KB), await stage(asAdmin, 1, 60 * KB)];
  const full = { status: 429, body: { code: "STORAGE_QUOTA_EXCEEDED", maxBytes: MOST_BYTES } };
  expect(await add(asAdmin, id, 1, 50 * KB)).toMatchObject(full);
  expect(await add(asAdmin, id, 1, 30 * KB)).toMatchObject({ status: 200 });
  expect(await add(owner, id, 1, 10 * KB)).toMatchObject(full);
  const roomy = bearer((await client.key({ scopes: ["jobs"] })).key);
  // More than the administrator has left.
  expect(await add(asAdmin, await stage(roomy, 0, 0), 1, 90 * KB)).toMatchObject({ status: 200 });
  expect(await add(asAdmin, own, 1, 30 * KB)).toMatchObject({ status: 200 });
  expect(await add(asAdmin, own, 1, 30 * KB)).toMatchObject(full);
});

it("are limited by the number of images that wait for the owner of the job", async () => {
  const id = await stage(owner, MOST_IMAGES, 1);
  const full = { status: 429, body: { code: "QUOTA_EXCEEDED" } };
  expect(await add(owner, id, 1, 1)).toMatchObject(full);
  expect(await add(asAdmin, id, 1, 1)).toMatchObject(full);
});

it("take no room where the job has no owner", async () => {
  const nobody = { ...asAdmin, "Sightline-Owner": "none" };
  const id = await stage(nobody, 1, 90 * KB);
  for (let index = 0; index < 2; index++) expect(await add(asAdmin, id, 4, 20 * KB)).toMatchObject({ status: 200 });
});
