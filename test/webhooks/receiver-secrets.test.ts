/** Secrets of single receivers, of a service that has none for all. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sightline } from "../support/command-line.ts";
import { badFile, form } from "../support/job-client.ts";
import { ADMIN_KEY, bearer, KeyClient } from "../support/key-client.ts";
import { type ReceivedWebhook, type Receiver, startReceiver, status } from "../support/receiver.ts";
import { type RunningService, startService } from "../support/service.ts";
import { verifyWebhook } from "../support/verify-webhook.ts";

let service: RunningService;
let client: KeyClient;
let receiver: Receiver;
let key: string;
beforeAll(async () => {
  receiver = await startReceiver(status(204));
  service = await startService({ AUTH: "keys", ADMIN_KEY, WEBHOOK_ALLOW_PRIVATE: "true", LOG_LEVEL: "warn" });
  client = new KeyClient(service.url);
  ({ key } = await client.key({ scopes: ["jobs"] }));
});
afterAll(async () => {
  await receiver.stop();
  await service.stop();
});

const createJob = (headers = bearer(key)) =>
  client.post(`/v1/jobs?callbackUrl=${encodeURIComponent(receiver.url)}`, form([badFile]), headers);

/** The webhooks of a new job, with the number of their signatures. */
async function delivered(): Promise<ReceivedWebhook[]> {
  const { status, body } = await createJob();
  expect(status).toBe(202);
  const ofJob = () => receiver.received.filter((webhook) => webhook.body.includes(body.id));
  await expect.poll(() => ofJob().length).toBeGreaterThanOrEqual(4);
  return ofJob();
}

const isSignedWith = (secret: string, { headers, body }: ReceivedWebhook): boolean => {
  try {
    verifyWebhook(secret, headers as Record<string, string>, body);
    return true;
  } catch {
    return false;
  }
};
const signaturesOf = ({ headers }: ReceivedWebhook) => String(headers["webhook-signature"]).split(" ");
const rotate = (more: object = {}, headers = bearer(key)) =>
  client.postJson("/v1/webhook-secrets", { origin: new URL(receiver.url).origin, ...more }, headers);

describe("a secret of a receiver", () => {
  it("is needed where there is none for all, and signs what is sent", async () => {
    expect(await createJob()).toMatchObject({ status: 400, body: { code: "WEBHOOKS_DISABLED" } });
    const { status: code, body } = await rotate();
    const { origin } = new URL(receiver.url);
    expect({ code, body }).toMatchObject({ code: 201, body: { origin, secret: expect.stringMatching(/^whsec_/) } });
    for (const webhook of await delivered()) {
      expect(isSignedWith(body.secret, webhook)).toBe(true);
      expect(signaturesOf(webhook)).toHaveLength(1);
    }
    const { body: list } = await client.get("/v1/webhook-secrets", bearer(key));
    expect(list.items).toEqual([{ origin, createdAt: body.createdAt }]);
  });

  it("is rotated with two signatures for a time, or with one at once", async () => {
    const { body: first } = await rotate();
    const { body: second } = await rotate({ overlapSeconds: 600 });
    expect(Date.parse(second.previousUntil) - Date.parse(second.createdAt)).toBeCloseTo(600_000, -3);
    for (const webhook of await delivered()) {
      expect(signaturesOf(webhook)).toHaveLength(2);
      expect([first, second].map(({ secret }) => isSignedWith(secret, webhook))).toEqual([true, true]);
    }
    const { body: third } = await rotate({ overlapSeconds: 0 });
    expect(third.previousUntil).toBeUndefined();
    for (const webhook of await delivered())
      expect([first, second, third].map(({ secret }) => isSignedWith(secret, webhook))).toEqual([false, false, true]);
    const { body: fourth } = await rotate({ overlapSeconds: 1 });
    await expect
      .poll(async () => (await client.get("/v1/webhook-secrets", bearer(key))).body.items[0].previousUntil)
      .toBeUndefined();
    for (const webhook of await delivered())
      expect([third, fourth].map(({ secret }) => isSignedWith(secret, webhook))).toEqual([false, true]);
  });

  it("is made once by requests with one Idempotency-Key, also after the next one", async () => {
    const { body: before } = await rotate();
    const once = (idempotencyKey: string) => rotate({}, { ...bearer(key), "Idempotency-Key": idempotencyKey } as never);
    const answers = await Promise.all(Array.from({ length: 6 }, () => once("a")));
    const { body: made } = answers[0] as (typeof answers)[0];
    for (const { status, body } of answers)
      expect({ status, ...body }).toMatchObject({ status: 201, secret: made.secret, createdAt: made.createdAt });
    expect(answers.filter(({ headers }) => headers.get("idempotency-replayed") === null)).toHaveLength(1);
    for (const webhook of await delivered()) {
      expect(signaturesOf(webhook)).toHaveLength(2);
      expect([before, made].map(({ secret }) => isSignedWith(secret, webhook))).toEqual([true, true]);
    }
    const { body: next } = await once("b");
    const { status, headers, body } = await once("a");
    expect({ status, replayed: headers.get("idempotency-replayed") }).toEqual({ status: 201, replayed: "true" });
    expect(body.secret).toBe(made.secret);
    for (const webhook of await delivered()) {
      expect(signaturesOf(webhook)).toHaveLength(2);
      expect([made, next].map(({ secret }) => isSignedWith(secret, webhook))).toEqual([true, true]);
    }
    expect(await rotate({ overlapSeconds: 5 }, { ...bearer(key), "Idempotency-Key": "a" } as never)).toMatchObject({
      status: 422,
      body: { code: "IDEMPOTENCY_KEY_REUSED" },
    });
  });

  it("signs beside another that is made at the same moment", async () => {
    const made = (await Promise.all([rotate({}), rotate({})])).map(({ body }) => body.secret);
    for (const webhook of await delivered())
      expect(made.map((secret) => isSignedWith(secret, webhook))).toEqual([true, true]);
  });

  it("belongs to its owner", async () => {
    const other = await client.key({ scopes: ["jobs"] });
    expect((await client.get("/v1/webhook-secrets", bearer(other.key))).body.items).toEqual([]);
    expect((await createJob(bearer(other.key))).status).toBe(400);
    const path = `/v1/webhook-secrets?origin=${encodeURIComponent(new URL(receiver.url).origin)}`;
    const refused = await client.send("DELETE", path, { headers: bearer(other.key) });
    expect(refused).toMatchObject({ status: 404, body: { code: "WEBHOOK_SECRET_NOT_FOUND" } });
    expect((await createJob()).status).toBe(202);
  });

  it("is of no use for what webhooks may not reach", async () => {
    for (const origin of [
      "http://169.254.169.254",
      "ftp://example.com",
      "example.com",
      "https://*.example.com",
      "https://example.com:0",
    ])
      expect(await rotate({ origin })).toMatchObject({
        status: 400,
        body: { code: "INVALID_CALLBACK_URL", detail: expect.stringMatching(/^origin /) },
      });
    expect((await rotate({ overlapSeconds: -1 })).status).toBe(400);
  });

  it.each(["/hook", "/?a=1", "#a", "/?"])("is not made or removed for more than an origin: %s", async (rest) => {
    const { origin } = new URL(receiver.url);
    const expected = { status: 400, body: { code: "INVALID_CALLBACK_URL", detail: expect.stringMatching(/^origin /) } };
    expect(await rotate({ origin: origin + rest })).toMatchObject(expected);
    const path = `/v1/webhook-secrets?origin=${encodeURIComponent(origin + rest)}`;
    expect(await client.send("DELETE", path, { headers: bearer(key) })).toMatchObject(expected);
    expect((await createJob()).status).toBe(202);
  });

  it("a callbackUrl that is empty is refused, not taken for none", async () => {
    const refused = await client.post("/v1/jobs?callbackUrl=", form([badFile]), bearer(key));
    expect(refused).toMatchObject({ status: 400, body: { code: "INVALID_CALLBACK_URL" } });
  });

  it("is made, listed and removed by the command line", async () => {
    const webhook = (...args: string[]) => sightline(service.url, "webhook-secret", ...args, "--key", key);
    const { origin } = new URL(receiver.url);
    const made = await webhook("rotate", "--overlap", "2h", origin);
    expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^whsec_\S+\n$/) });
    const [sent] = await delivered();
    expect(isSignedWith(made.stdout.trim(), sent as ReceivedWebhook)).toBe(true);
    expect((await webhook("list")).stdout).toContain(origin);
    const removed = await webhook("remove", `${origin}/`);
    expect(removed).toMatchObject({ code: 0, stderr: `The secret of ${origin} is removed.\n` });
    expect((await webhook("list")).stdout).not.toContain(origin);
    expect((await createJob()).status).toBe(400);
  });
});
