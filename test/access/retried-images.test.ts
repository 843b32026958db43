/** Images of failed jobs count for the owner of the job when they are retried, like those of a new job. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { type BreakableService, startBreakableService } from "../support/breakable-service.ts";
import { form, golden } from "../support/job-client.ts";
import { ADMIN_KEY, asAdmin, bearer, KeyClient } from "../support/key-client.ts";

let service: BreakableService;
let client: KeyClient;
beforeAll(async () => {
  const limits = { MAX_QUEUED_IMAGES_PER_OWNER: "5", DISPATCH_CONCURRENCY: "1" };
  service = await startBreakableService({ AUTH: "keys", ADMIN_KEY, THREADS: "1", LOG_LEVEL: "warn", ...limits });
  client = new KeyClient(service.url);
});
afterAll(async () => {
  service.detector("");
  await service.stop();
});

it("refuses to retry more than the owner may have waiting, whoever asks for it", async () => {
  const owner = bearer((await client.key({ scopes: ["jobs"] })).key);
  const [image] = golden as [(typeof golden)[number]];
  // The header is that of an image, so the file is accepted, and fails when it is decoded.
  const broken = { name: "a.jpg", bytes: image.bytes.slice(0, 1000) };
  const state = async (id: string) => (await client.get(`/v1/jobs/${id}`, owner)).body.state;
  const retry = (id: string, headers = owner) => client.post(`/v1/jobs/${id}/retry`, undefined, headers);
  const ids: string[] = [];
  for (let job = 0; job < 4; job++) {
    const { status, body } = await client.post("/v1/jobs", form([broken, broken]), owner);
    expect(status).toBe(202);
    await expect.poll(() => state(body.id)).toBe("failed");
    ids.push(body.id);
  }
  const [first, second, third, fourth] = ids as [string, string, string, string];
  service.detector("hold");
  for (const id of [first, second, third]) expect(await retry(id)).toMatchObject({ status: 202 });
  for (const refused of [await retry(fourth), await retry(fourth, asAdmin)]) {
    expect(refused).toMatchObject({ status: 429, body: { code: "QUOTA_EXCEEDED" } });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
  }
  expect(await state(fourth)).toBe("failed");
  // A repeated request is told that the job is queued, also while nothing more may be.
  expect(await retry(first)).toMatchObject({ status: 409, body: { code: "JOB_STATE_CONFLICT" } });
  service.detector("");
  for (const id of [first, second, third]) await expect.poll(() => state(id)).toBe("failed");
  expect(await retry(fourth)).toMatchObject({ status: 202 });
});
