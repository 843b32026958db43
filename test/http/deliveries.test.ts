/** Webhooks that were given up, and how the service carries them. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { HTTP } from "cloudevents";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { sightline } from "../support/command-line.ts";
import { golden } from "../support/job-client.ts";
import { ADMIN_KEY, asAdmin, bearer, KeyClient } from "../support/key-client.ts";
import { type Receiver, startReceiver, webhookSecret } from "../support/receiver.ts";
import { type RunningService, startService } from "../support/service.ts";
import { verifyWebhook } from "../support/verify-webhook.ts";

let receiver: Receiver;
let service: RunningService;
let client: KeyClient;
let tenants: Record<"one" | "other", { readonly key: string }>;
let answer = 503;
beforeAll(async () => {
  receiver = await startReceiver((response) => response.writeHead(answer).end());
  const webhooks = { WEBHOOK_SECRET: webhookSecret, WEBHOOK_ALLOW_PRIVATE: "true", WEBHOOK_RETRY_MS: "0" };
  service = await startService({ AUTH: "keys", ADMIN_KEY, ...webhooks });
  client = new KeyClient(service.url);
  const scopes = { scopes: ["jobs" as const] };
  tenants = { one: await client.key(scopes), other: await client.key(scopes) };
});
afterAll(async () => {
  await service.stop();
  await receiver.stop();
});

const deliveries = async (key: string, query = "") =>
  (await client.get(`/v1/webhooks/deliveries${query}`, bearer(key))).body;

/** A job that is not executed, whose only webhook is given up. @returns the webhook's id. */
async function givenUp(key: string, query = ""): Promise<string> {
  answer = 503;
  const url = encodeURIComponent(`${receiver.url}?token=secret`);
  const job = await client.create(golden.slice(0, 1), `?execute=false&callbackUrl=${url}${query}`, bearer(key));
  const id = `${job.id}.created.0`;
  await expect
    .poll(async () => (await deliveries(key, "?limit=1000")).items.map((item: { id: string }) => item.id))
    .toContain(id);
  return id;
}

const received = (id: string) => receiver.received.filter(({ headers }) => headers["webhook-id"] === id);

describe("a webhook that was given up", () => {
  it("is listed for its owner and for admins, in pages, without the token", async () => {
    const { one, other } = tenants;
    const ids = [await givenUp(one.key), await givenUp(one.key)];
    const [first] = (await deliveries(one.key)).items;
    expect(first).toEqual({
      id: ids[0],
      state: "given-up",
      jobId: ids[0]?.split(".")[0],
      callbackUrl: `${receiver.url}?…`,
      type: "dev.sightline.job.created",
      time: expect.any(String),
      attempts: 1,
      reason: "HTTP status 503",
      givenUpAt: expect.any(String),
    });
    const page = await deliveries(one.key, "?state=given-up&limit=1");
    expect(page.items).toEqual([first]);
    const next = await deliveries(one.key, `?limit=1&cursor=${page.nextCursor}`);
    expect(next.items.map(({ id }: { id: string }) => id)).toEqual([ids[1]]);
    expect(next).not.toHaveProperty("nextCursor");
    expect((await deliveries(other.key)).items).toEqual([]);
    const all = (await client.get("/v1/webhooks/deliveries", asAdmin)).body.items;
    expect(all.map(({ id }: { id: string }) => id)).toEqual(ids);
    for (const query of ["?state=waiting", "?limit=0", "?cursor=x"])
      expect(await client.get(`/v1/webhooks/deliveries${query}`, bearer(one.key))).toMatchObject({ status: 400 });
  });

  it("is sent again for its owner only, with the same id and body", async () => {
    const { one, other } = tenants;
    const id = await givenUp(one.key);
    answer = 204;
    const path = `/v1/webhooks/deliveries/${id}/retry`;
    for (const [unknown, key] of [
      [path, other.key],
      ["/v1/webhooks/deliveries/none.created.0/retry", one.key],
      ["/v1/webhooks/deliveries/none/retry", one.key],
    ] as const)
      expect(await client.post(unknown, undefined, bearer(key))).toMatchObject({
        status: 404,
        body: { code: "DELIVERY_NOT_FOUND" },
      });
    const retried = await client.post(path, undefined, bearer(one.key));
    expect(retried).toMatchObject({ status: 202, body: { id, state: "waiting", attempts: 0 } });
    await expect.poll(() => received(id).length).toBe(2);
    const [before, after] = received(id);
    expect(after?.body).toBe(before?.body);
    expect(await client.post(path, undefined, bearer(one.key))).toMatchObject({ status: 404 });
  });

  it("is sent again by an administrator, which the audit log has", async () => {
    const id = await givenUp(tenants.other.key);
    answer = 204;
    expect(await client.post(`/v1/webhooks/deliveries/${id}/retry`, undefined, asAdmin)).toMatchObject({ status: 202 });
    await expect.poll(() => received(id).length).toBe(2);
    const [entry] = (await client.get("/v1/audit?limit=1", asAdmin)).body.items;
    expect(entry).toMatchObject({ action: "webhook.retry", status: 202 });
  });

  it("is gone with its job", async () => {
    const { key } = tenants.other;
    const id = await givenUp(key);
    const jobId = id.split(".")[0];
    expect((await client.send("DELETE", `/v1/jobs/${jobId}`, { headers: bearer(key) })).status).toBe(204);
    await expect.poll(async () => JSON.stringify(await deliveries(key))).not.toContain(jobId);
  });

  it("is listed and sent again by sightline webhook", async () => {
    const { key } = tenants.other;
    const ids = [await givenUp(key), await givenUp(key)];
    const webhook = (...args: string[]) => sightline(service.url, "webhook", ...args, "--key", key);
    expect((await webhook("list")).stdout).toMatch(new RegExp(`${ids[0]} .* HTTP status 503 .*\\n${ids[1]} `));
    const listed = (await webhook("list", "--json")).stdout.trim().split("\n");
    expect(listed.map((line) => JSON.parse(line).id)).toEqual(ids);
    expect(await webhook("retry")).toMatchObject({ code: 2 });
    answer = 204;
    expect(await webhook("retry", ids[0] ?? "")).toMatchObject({ code: 0, stdout: `${ids[0]}\n` });
    expect(await webhook("retry", "--all")).toMatchObject({ code: 0, stdout: `${ids[1]}\n` });
    for (const id of ids) await expect.poll(() => received(id).length).toBe(2);
    expect(await webhook("retry", ids[0] ?? "")).toMatchObject({ code: 4 });
  });
});

it("webhook retry --all sends the others again if one is gone by then", async () => {
  const { key } = await client.key({ scopes: ["jobs"] });
  const ids = [await givenUp(key), await givenUp(key), await givenUp(key)] as const;
  // Another client sends the first again after it was listed.
  const proxy = createServer(async ({ method = "", url = "" }, response) => {
    const headers = bearer(key);
    if (url.includes(ids[0])) await client.send(method, url, { headers });
    const answer = await client.send(method, url, { headers });
    response.writeHead(answer.status, { "Content-Type": "application/json" }).end(JSON.stringify(answer.body));
  }).listen(0, "127.0.0.1");
  await once(proxy, "listening");
  const { port } = proxy.address() as AddressInfo;
  answer = 204;
  expect(await sightline(`http://127.0.0.1:${port}`, "webhook", "retry", "--all", "--key", key)).toEqual({
    code: 0,
    stdout: `${ids[1]}\n${ids[2]}\n`,
    stderr: `${ids[0]} is not there any more.\n`,
  });
  proxy.close();
  proxy.closeAllConnections();
});

describe("a job with callbackMode=binary", () => {
  it("has its attributes in headers and its data in the body", async () => {
    answer = 204;
    const { key } = tenants.one;
    const query = `?execute=false&callbackMode=binary&callbackUrl=${encodeURIComponent(receiver.url)}`;
    const job = await client.create(golden.slice(0, 1), query, bearer(key));
    expect(job).toMatchObject({ callbackMode: "binary" });
    const id = `${job.id}.created.0`;
    await expect.poll(() => received(id).length).toBe(1);
    const [message] = received(id);
    const headers = message?.headers as Record<string, string>;
    const data = { jobId: job.id, state: "created" };
    expect(verifyWebhook(webhookSecret, headers, message?.body ?? "")).toMatchObject(data);
    expect(HTTP.toEvent({ headers, body: message?.body })).toMatchObject({
      id,
      type: "dev.sightline.job.created",
      subject: `jobs/${job.id}`,
      sequencetype: "Integer",
      data,
    });
  });

  it("is refused without a URL, and in no other mode", async () => {
    const headers = bearer(tenants.one.key);
    for (const query of ["?callbackMode=binary", "?callbackMode=avro"])
      expect(await client.postJson(`/v1/jobs${query}&execute=false`, {}, headers)).toMatchObject({
        status: 400,
        body: { code: "INVALID_OPTION" },
      });
  });
});

describe("the first secret of a receiver", () => {
  it("signs beside WEBHOOK_SECRET for the overlap, or in its place at once", async () => {
    answer = 204;
    const { key } = await client.key({ scopes: ["jobs"] });
    const headers = bearer(key);
    const rotate = async (more: object) =>
      (await client.postJson("/v1/webhook-secrets", { origin: new URL(receiver.url).origin, ...more }, headers)).body;
    const signedWith = async (...secrets: string[]) => {
      const query = `?execute=false&callbackUrl=${encodeURIComponent(receiver.url)}`;
      const { id } = await client.create(golden.slice(0, 1), query, headers);
      await expect.poll(() => received(`${id}.created.0`).length).toBe(1);
      const [message] = received(`${id}.created.0`);
      const signed = message?.headers as Record<string, string>;
      expect(signed["webhook-signature"]?.split(" ")).toHaveLength(secrets.length);
      for (const secret of secrets) verifyWebhook(secret, signed, message?.body ?? "");
    };
    await signedWith(webhookSecret);
    const first = await rotate({});
    // A day, from when the secret is stored.
    expect(Date.parse(first.previousUntil) - Date.parse(first.createdAt)).toBeCloseTo(86_400_000, -5);
    await signedWith(first.secret, webhookSecret);
    const second = await rotate({});
    await signedWith(second.secret, first.secret);
    const path = `/v1/webhook-secrets?origin=${encodeURIComponent(new URL(receiver.url).origin)}`;
    await client.send("DELETE", path, { headers });
    await signedWith(webhookSecret);
    const alone = await rotate({ overlapSeconds: 0 });
    expect(alone).not.toHaveProperty("previousUntil");
    await signedWith(alone.secret);
    const brief = await client.send("DELETE", path, { headers }).then(() => rotate({ overlapSeconds: 1 }));
    await expect
      .poll(async () => (await client.get("/v1/webhook-secrets", headers)).body.items[0].previousUntil)
      .toBeUndefined();
    await signedWith(brief.secret);
  });
});
