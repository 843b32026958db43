/** Limits of clients on one gateway: requests without a key, wrong keys, sessions. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { golden } from "../support/job-client.ts";
import { ADMIN_KEY, asAdmin, bearer, KeyClient } from "../support/key-client.ts";
import { type RunningService, startService } from "../support/service.ts";

let service: RunningService;
let client: KeyClient;
/** One service for the tests of a group, each of which has its own addresses and keys. */
function useService(settings: NodeJS.ProcessEnv): void {
  beforeAll(async () => {
    service = await startService({ THREADS: "1", LOG_LEVEL: "warn", ...settings });
    client = new KeyClient(service.url);
  });
  afterAll(() => service.stop());
}

const times = <T>(count: number, send: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => send(index)));
const countOf = (answers: readonly { readonly status: number }[], status: number) =>
  answers.filter((answer) => answer.status === status).length;
const from = (address: string) => ({ "X-Forwarded-For": address });

/** How many requests a limit has refused so far. */
async function refusals(limit: string): Promise<number> {
  const { body } = await client.get<string>("/metrics", asAdmin);
  return Number(new RegExp(`sightline_limit_refusals_total\\{limit="${limit}"\\} (\\d+)`).exec(body)?.[1] ?? 0);
}

describe("requests without a key", () => {
  useService({ ANONYMOUS_REQUESTS_PER_MINUTE: "20", PROXY_HOPS: "1", AUTH: "off", ADMIN_KEY });

  it("are limited for each address, and say so", async () => {
    const before = await refusals("anonymous_requests");
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
    expect((await refusals("anonymous_requests")) - before).toBe(15);
  });

  it("of IPv6 are limited for each network of 64 bits", async () => {
    const answers = await times(25, (index) => client.get("/v1/models", from(`2001:db8:1:2::${index + 1}`)));
    expect([countOf(answers, 200), countOf(answers, 429)]).toEqual([20, 5]);
    expect((await client.get("/v1/models", from("2001:db8:1:3::1"))).status).toBe(200);
  });
});

describe("wrong keys", () => {
  useService({ FAILED_KEYS_PER_MINUTE: "5", PROXY_HOPS: "1", AUTH: "keys", ADMIN_KEY });
  /** A client at an address. */
  const at = (address: string) => ({
    get: (path: string, headers: Record<string, string>) => client.get(path, { ...headers, ...from(address) }),
    whoAmI: (key: string) => client.get("/v1/whoami", { ...bearer(key), ...from(address) }),
    signIn: (key: string) => client.postJson("/v1/sign-in", { key }, from(address)),
  });

  it("are looked up a few times only, and lock nobody out who was there before", async () => {
    const { get, whoAmI } = at("192.0.2.1");
    const before = await refusals("failed_keys");
    const { key } = await client.key();
    expect((await whoAmI(key)).status).toBe(200);
    expect((await get("/v1/keys", asAdmin)).status).toBe(200);
    const later = await client.key();
    const wrong = await times(40, (index) => whoAmI(`sl_wrong-${index}`));
    expect([countOf(wrong, 401), countOf(wrong, 429)]).toEqual([5, 35]);
    const refused = await whoAmI("sl_wrong");
    expect(refused).toMatchObject({ status: 429, body: { code: "RATE_LIMITED" } });
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    // From the same address: known to be right, and one that is not known here yet.
    expect(countOf(await times(20, () => whoAmI(key)), 200)).toBe(20);
    expect((await whoAmI(later.key)).status).toBe(429);
    expect((await get("/v1/keys", asAdmin)).status).toBe(200);
    expect((await refusals("failed_keys")) - before).toBe(37);
  });

  it("count in every form: sessions, cookies, signing in, and what cannot be a key", async () => {
    const { get, signIn } = at("192.0.2.2");
    const { key } = await client.key();
    expect((await signIn(key)).status).toBe(204);
    expect((await get("/v1/keys", asAdmin)).status).toBe(200);
    const tries = [
      () => get("/summary", { key: crypto.randomUUID() }),
      () => get("/v1/jobs", { Cookie: "sightline=a.1.b" }),
      () => signIn("sl_wrong"),
      () => get("/v1/jobs", { Authorization: "Basic YTpi" }),
      () => get("/v1/jobs", { key: "one", "x-api-key": "two" }),
    ];
    const statuses = [];
    for (const send of tries) statuses.push((await send()).status);
    expect(statuses).toEqual([403, 401, 401, 401, 401]);
    for (const send of tries) expect((await send()).status).toBe(429);
    expect((await signIn(key)).status).toBe(429);
    // It has been used here before.
    expect((await signIn(ADMIN_KEY)).status).toBe(204);
  });

  it("are none where the header of the key is empty", async () => {
    const { get } = at("192.0.2.9");
    const headers = ["key", "x-api-key", "authorization"];
    for (const name of [...headers, ...headers])
      expect(await get("/v1/jobs", { [name]: "" })).toMatchObject({ status: 401, body: { code: "KEY_REQUIRED" } });
  });

  it("count for the address behind a proxy", async () => {
    const [one, other] = [at("192.0.2.3"), at("192.0.2.4")];
    expect(countOf(await times(7, () => one.get("/v1/jobs", bearer("sl_wrong"))), 401)).toBe(5);
    expect((await other.get("/v1/jobs", bearer("sl_wrong"))).status).toBe(401);
  });

  it("leave room for many requests at once with one that is right", async () => {
    const { whoAmI } = at("192.0.2.5");
    const { key } = await client.key();
    // One more may be looked up.
    expect(countOf(await times(4, (index) => whoAmI(`sl_wrong-${index}`)), 401)).toBe(4);
    expect(countOf(await times(50, () => whoAmI(key)), 200)).toBe(50);
  });

  it("that were right until they were revoked count too", async () => {
    const { whoAmI } = at("192.0.2.6");
    const { id, key } = await client.key();
    expect((await whoAmI(key)).status).toBe(200);
    await client.revoke(id);
    const answers = [];
    for (let index = 0; index < 8; index++) answers.push((await whoAmI(key)).status);
    expect(answers).toEqual([401, 401, 401, 401, 401, 401, 429, 429]);
  });
});

describe("requests with a key", () => {
  const limits = { ANONYMOUS_REQUESTS_PER_MINUTE: "3", SESSIONS_PER_MINUTE: "12", REQUESTS_PER_MINUTE: "10" };
  useService({ ...limits, AUTH: "keys", ADMIN_KEY });

  it("are limited for each owner, whatever they ask for", async () => {
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
    const { key } = await client.key({ scopes: ["sessions"] });
    const shown = [];
    for (let index = 0; index < 3; index++) {
      const { headers } = await client.get("/session", bearer(key));
      shown.push(`${headers.get("ratelimit-remaining")} of ${headers.get("ratelimit-limit")}`);
    }
    expect(shown).toEqual(["9 of 10", "8 of 10", "7 of 10"]);
  });

  it("without one do not count if they are probes, or for files of pages; those that are refused do", async () => {
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
});
