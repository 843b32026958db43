/** Limits of clients on one gateway: requests without a key, wrong keys, sessions. */
import { afterEach, describe, expect, it } from "vitest";
import { golden } from "../support/job-client.ts";
import { ADMIN_KEY, asAdmin, bearer, KeyClient } from "../support/key-client.ts";
import { type RunningService, startService } from "../support/service.ts";

let service: RunningService;
afterEach(() => service.stop());

async function start(settings: NodeJS.ProcessEnv): Promise<KeyClient> {
  service = await startService({ LOG_LEVEL: "warn", ...settings });
  return new KeyClient(service.url);
}

const times = <T>(count: number, send: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => send(index)));
const countOf = (answers: readonly { readonly status: number }[], status: number) =>
  answers.filter((answer) => answer.status === status).length;
const from = (address: string) => ({ "X-Forwarded-For": address });

describe("requests without a key", () => {
  it("are limited for each address, and say so", async () => {
    const client = await start({ ANONYMOUS_REQUESTS_PER_MINUTE: "20", PROXY_HOPS: "1", AUTH: "off" });
    const send = (address: string) => client.get("/v1/models", from(address));
    expect((await send("192.0.2.1")).headers.get("ratelimit-remaining")).toBe("19");
    const answers = await times(30, () => send("192.0.2.1"));
    expect([countOf(answers, 200), countOf(answers, 429)]).toEqual([19, 11]);
    const refused = await send("192.0.2.1");
    expect(refused).toMatchObject({ status: 429, body: { code: "RATE_LIMITED" } });
    expect(refused.headers.get("ratelimit-limit")).toBe("20");
    expect(refused.headers.get("ratelimit-remaining")).toBe("0");
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    // What the client itself says it was forwarded for counts for nothing.
    expect((await send("203.0.113.1, 192.0.2.1")).status).toBe(429);
    expect((await send("192.0.2.1:8080")).status).toBe(429);
    expect((await send("::ffff:192.0.2.1")).status).toBe(429);
    expect((await send("192.0.2.2")).status).toBe(200);
    const { body } = await client.get("/metrics");
    expect(body).toMatch(/sightline_limit_refusals_total\{limit="anonymous_requests"\} 15/);
  });

  it("of IPv6 are limited for each network of 64 bits", async () => {
    const client = await start({ ANONYMOUS_REQUESTS_PER_MINUTE: "10", PROXY_HOPS: "1", AUTH: "off" });
    const answers = await times(15, (index) => client.get("/v1/models", from(`2001:db8:1:2::${index + 1}`)));
    expect([countOf(answers, 200), countOf(answers, 429)]).toEqual([10, 5]);
    expect((await client.get("/v1/models", from("2001:db8:1:3::1"))).status).toBe(200);
  });

  it("do not count if they are probes, or for files of pages; those that are refused do", async () => {
    const client = await start({ ANONYMOUS_REQUESTS_PER_MINUTE: "3", AUTH: "keys", ADMIN_KEY });
    const free = [
      "/ping",
      "/healthz",
      "/readyz",
      "/v2/health/live",
      "/v2/health/ready",
      "/docs",
      "/openapi.json",
      "/dashboard",
    ];
    for (const path of [...free, ...free]) expect((await client.get(path)).status, path).toBe(200);
    expect((await client.get("/metrics")).status).toBe(401);
    expect(countOf(await times(3, () => client.get("/v1/jobs")), 401)).toBe(3);
    for (const [method, path] of [
      ["GET", "/v1/jobs"],
      ["POST", "/process"],
      ["GET", `/v1/erasures/${crypto.randomUUID()}`],
      ["POST", "/v1/sign-out"],
      ["GET", "/session"],
    ] as const)
      expect(await client.send(method, path), path).toMatchObject({ status: 429, body: { code: "RATE_LIMITED" } });
    expect((await client.get("/v1/jobs", asAdmin)).status).toBe(200);
    expect((await client.get("/readyz")).status).toBe(200);
  });

  it("are not limited where only this machine reaches the service", async () => {
    const client = await start({});
    const { headers } = await client.get("/v1/models");
    expect(headers.get("ratelimit-limit")).toBeNull();
  });
});

describe("wrong keys", () => {
  it("are looked up a few times only, and lock nobody out who was there before", async () => {
    const client = await start({ FAILED_KEYS_PER_MINUTE: "5", AUTH: "keys", ADMIN_KEY });
    const { key } = await client.key();
    expect((await client.whoAmI(key)).status).toBe(200);
    const later = await client.key();
    const wrong = await times(40, (index) => client.whoAmI(`sl_wrong-${index}`));
    expect([countOf(wrong, 401), countOf(wrong, 429)]).toEqual([5, 35]);
    const refused = await client.whoAmI("sl_wrong");
    expect(refused).toMatchObject({ status: 429, body: { code: "RATE_LIMITED" } });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    // From the same address: known to be right, and one that is not known here yet.
    expect(countOf(await times(20, () => client.whoAmI(key)), 200)).toBe(20);
    expect((await client.whoAmI(later.key)).status).toBe(429);
    expect((await client.get("/v1/keys", asAdmin)).status).toBe(200);
    const { body } = await client.get("/metrics", asAdmin);
    expect(body).toMatch(/sightline_limit_refusals_total\{limit="failed_keys"\} 37/);
  });

  it("count in every form: sessions, cookies, signing in, and what cannot be a key", async () => {
    const client = await start({ FAILED_KEYS_PER_MINUTE: "5", AUTH: "keys", ADMIN_KEY });
    const { key } = await client.key();
    expect((await client.postJson("/v1/sign-in", { key })).status).toBe(204);
    const tries = [
      () => client.get("/summary", { key: crypto.randomUUID() }),
      () => client.get("/v1/jobs", { Cookie: "sightline=a.1.b" }),
      () => client.postJson("/v1/sign-in", { key: "sl_wrong" }),
      () => client.get("/v1/jobs", { Authorization: "Basic YTpi" }),
      () => client.get("/v1/jobs", { key: "one", "x-api-key": "two" }),
    ];
    const statuses = [];
    for (const send of tries) statuses.push((await send()).status);
    expect(statuses).toEqual([403, 401, 401, 401, 401]);
    for (const send of tries) expect((await send()).status).toBe(429);
    expect((await client.postJson("/v1/sign-in", { key })).status).toBe(429);
    // It has created a key here before.
    expect((await client.postJson("/v1/sign-in", { key: ADMIN_KEY })).status).toBe(204);
  });

  it("count for the address behind a proxy", async () => {
    const client = await start({ FAILED_KEYS_PER_MINUTE: "3", PROXY_HOPS: "1", ADMIN_KEY });
    const send = (address: string) => client.get("/v1/jobs", { ...bearer("sl_wrong"), ...from(address) });
    expect(countOf(await times(5, () => send("192.0.2.1")), 401)).toBe(3);
    expect((await send("192.0.2.2")).status).toBe(401);
  });

  it("are looked up once for all requests that have the same one", async () => {
    const client = await start({ FAILED_KEYS_PER_MINUTE: "1", AUTH: "keys", ADMIN_KEY });
    expect(countOf(await times(50, () => client.get("/v1/keys", asAdmin)), 200)).toBe(50);
  });

  it("that were right until they were revoked count too", async () => {
    const client = await start({ FAILED_KEYS_PER_MINUTE: "3", AUTH: "keys", ADMIN_KEY });
    const { id, key } = await client.key();
    expect((await client.whoAmI(key)).status).toBe(200);
    await client.revoke(id);
    const answers = [];
    for (let index = 0; index < 6; index++) answers.push((await client.whoAmI(key)).status);
    expect(answers).toEqual([401, 401, 401, 401, 429, 429]);
  });
});

describe("requests with a key", () => {
  it("are limited for each owner, whatever they ask for", async () => {
    const client = await start({ REQUESTS_PER_MINUTE: "10", AUTH: "keys", ADMIN_KEY });
    const [{ key }, { key: other }] = [await client.key(), await client.key()];
    const [image] = golden;
    const answers = await times(15, (index) =>
      index % 2 === 0
        ? client.whoAmI(key)
        : client.post("/process", image?.bytes, { ...bearer(key), "Content-Type": "image/jpeg" }),
    );
    expect([countOf(answers, 200), countOf(answers, 429)]).toEqual([10, 5]);
    // Also what the key does not allow.
    expect((await client.get("/v1/jobs", bearer(key))).status).toBe(429);
    expect((await client.whoAmI(other)).headers.get("ratelimit-remaining")).toBe("9");
  });

  it("show the limit of which least is left", async () => {
    const client = await start({ SESSIONS_PER_MINUTE: "5", REQUESTS_PER_MINUTE: "3", AUTH: "keys", ADMIN_KEY });
    const { key } = await client.key({ scopes: ["sessions"] });
    const limits = [];
    for (let index = 0; index < 3; index++) {
      const { headers } = await client.get("/session", bearer(key));
      limits.push(`${headers.get("ratelimit-remaining")} of ${headers.get("ratelimit-limit")}`);
    }
    expect(limits).toEqual(["2 of 3", "1 of 3", "0 of 3"]);
  });
});
