/** The cookie of the dashboard: what it is, and who tries to use it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ADMIN_KEY, bearer, KeyClient } from "../support/key-client.ts";
import { type RawAnswer, sendLines } from "../support/raw-http.ts";
import { type RunningService, startService, temporaryFolder } from "../support/service.ts";

const APP = "https://app.example";
const environment = { AUTH: "keys", ADMIN_KEY, DATA_DIR: temporaryFolder(), CORS_ORIGINS: APP };
let service: RunningService;
let client: KeyClient;
beforeAll(async () => {
  service = await startService(environment);
  client = new KeyClient(service.url);
});
afterAll(() => service.stop());

function send(request: string, headers: Record<string, string> = {}, body = ""): Promise<RawAnswer> {
  const fields = {
    Host: new URL(service.url).host,
    Connection: "close",
    ...(body && { "Content-Length": String(body.length), "Content-Type": "application/json" }),
    ...headers,
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  return sendLines(service.url, [`${request} HTTP/1.1`, ...lines], body);
}

const signIn = (key: string, headers: Record<string, string> = {}) =>
  send("POST /v1/sign-in", headers, JSON.stringify({ key }));
/** The cookie that the answer sets, as a browser sends it back. */
const cookieOf = ({ headers }: RawAnswer) => headers["set-cookie"]?.split(";", 1)[0] ?? "";
const whoAmI = async (Cookie: string, headers: Record<string, string> = {}) => {
  const answer = await send("GET /v1/whoami", { Cookie, ...headers });
  return { ...answer, body: JSON.parse(answer.body) };
};

it("a key changes nothing of what a browser may ask for", async () => {
  const ask = async (headers: Record<string, string> = {}) => {
    const { status, body } = await send("GET /v1/keys", {
      ...bearer(ADMIN_KEY),
      Host: "sightline.example",
      ...headers,
    });
    return `${status} ${JSON.parse(body).code ?? ""}`.trim();
  };
  expect(await ask()).toBe("200");
  expect(await ask({ "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors" })).toBe("403 CROSS_ORIGIN");
  expect(await ask({ Origin: "https://evil.example" })).toBe("403 CROSS_ORIGIN");
});

describe("the cookie", () => {
  it("cannot be read by scripts, is not sent for other pages, and is not the key", async () => {
    const answer = await signIn(ADMIN_KEY);
    expect(answer).toMatchObject({ status: 204, body: "" });
    expect(answer.headers["set-cookie"]).toMatch(
      /^sightline=[\w.-]+; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict$/,
    );
    expect(answer.headers["set-cookie"]).not.toContain(ADMIN_KEY);
    expect(answer.headers["cache-control"]).toBe("private, no-store");
    expect((await whoAmI(cookieOf(answer))).body).toMatchObject({ scopes: ["admin"] });
  });

  it("is for TLS only if the page came by it", async () => {
    const host = "sightline.example";
    const answer = await signIn(ADMIN_KEY, { Host: host, Origin: `https://${host}`, "Sec-Fetch-Site": "same-origin" });
    expect(answer.headers["set-cookie"]).toMatch(/; Secure$/);
  });

  it("is found among others, and counts less than a key in a header", async () => {
    const { key, owner } = await client.key({ scopes: ["jobs"] });
    const cookie = cookieOf(await signIn(key));
    expect((await whoAmI(`a=b; ${cookie}; c=d`)).body.owner).toBe(owner);
    expect((await whoAmI(`xsightline=1; ${cookie}`)).body.owner).toBe(owner);
    expect((await whoAmI(cookie, bearer(ADMIN_KEY))).body.scopes).toEqual(["admin"]);
    expect((await whoAmI(cookie, bearer("wrong"))).status).toBe(401);
  });

  it("is removed by signing out", async () => {
    const answer = await send("POST /v1/sign-out", { Cookie: cookieOf(await signIn(ADMIN_KEY)) });
    expect(answer.headers["set-cookie"]).toMatch(/^sightline=; Path=\/; Max-Age=0;/);
  });

  it("ends with its key", async () => {
    const { id, key } = await client.key();
    const cookie = cookieOf(await signIn(key));
    expect((await whoAmI(cookie)).status).toBe(200);
    await client.revoke(id);
    await expect.poll(async () => (await whoAmI(cookie)).status).toBe(401);
    expect((await whoAmI(cookie)).headers["set-cookie"]).toMatch(/^sightline=; .*Max-Age=0/);
    expect((await signIn(key)).status).toBe(401);
  });
});

describe("signing in", () => {
  it.each([
    ["a wrong key", { key: `${ADMIN_KEY}x` }, 401],
    ["no key", { key: "" }, 401],
    ["no member", {}, 400],
    ["more than the key", { key: ADMIN_KEY, owner: "x" }, 400],
    ["a long key", { key: "x".repeat(300) }, 400],
  ])("fails with %s", async (_name, body, status) => {
    const answer = await send("POST /v1/sign-in", {}, JSON.stringify(body));
    expect(answer.status).toBe(status);
    expect(answer.headers["set-cookie"]).toBeUndefined();
  });

  it("fails with the key of a session", async () => {
    const session = (await client.get("/session", bearer(ADMIN_KEY))).body.key;
    expect((await signIn(session)).status).toBe(401);
  });

  it.each<[string, Record<string, string>]>([
    ["by a foreign page", { Origin: "https://evil.example", "Sec-Fetch-Site": "cross-site" }],
    ["by a page of CORS_ORIGINS", { Origin: APP, "Sec-Fetch-Site": "cross-site" }],
    ["by a form with text", { Origin: "https://evil.example", "Content-Type": "text/plain" }],
  ])("is not done to somebody %s", async (_name, headers) => {
    const answer = await signIn(ADMIN_KEY, headers);
    expect(answer.status).toBe(403);
    expect(answer.headers["set-cookie"]).toBeUndefined();
  });
});

describe("a cookie of somebody who is signed in", () => {
  it("is of no use to a page of CORS_ORIGINS, nor to one of another port or a sibling domain", async () => {
    const cookie = cookieOf(await signIn(ADMIN_KEY));
    for (const site of ["same-site", "cross-site"]) {
      const { status, body } = await whoAmI(cookie, { Origin: APP, "Sec-Fetch-Site": site });
      expect({ status, code: body.code }).toEqual({ status: 401, code: "KEY_REQUIRED" });
      const foreign = { Origin: "http://127.0.0.1:1", "Sec-Fetch-Site": site };
      expect((await whoAmI(cookie, foreign)).body.code).toBe("CROSS_ORIGIN");
    }
    expect((await whoAmI(cookie, { Origin: APP })).body.code).toBe("KEY_REQUIRED");
    // Their own keys are.
    const { key } = await client.key();
    expect((await whoAmI("", { Origin: APP, ...bearer(key) })).status).toBe(200);
  });

  it("cannot be made, changed or prolonged", async () => {
    const { key } = await client.key();
    const [id = "", until = "", seal = ""] = cookieOf(await signIn(key))
      .slice("sightline=".length)
      .split(".");
    const later = String(Number(until) + 3600);
    const forged = [
      `${id}.${later}.${seal}`,
      `ADMIN_KEY.${until}.${seal}`,
      `00000000-0000-4000-8000-000000000000.${until}.${seal}`,
      `${id}.${until}.${"A".repeat(43)}`,
      `${id}.${until}.`,
      `${id}.${until}`,
      "..",
      "x",
      key,
    ];
    for (const token of forged) expect((await whoAmI(`sightline=${token}`)).status, token).toBe(401);
    expect((await whoAmI(`sightline=${id}.${until}.${seal}`)).status).toBe(200);
    // Nor is it a key.
    expect((await client.whoAmI(`${id}.${until}.${seal}`)).status).toBe(401);
  });

  it("of an administrator ends with ADMIN_KEY, and so does a session", async () => {
    const cookie = cookieOf(await signIn(ADMIN_KEY));
    const session = bearer((await client.get("/session", bearer(ADMIN_KEY))).body.key);
    const statuses = async () => [(await whoAmI(cookie)).status, (await whoAmI("", session)).status];
    await service.stop();
    service = await startService({ ...environment, ADMIN_KEY: ADMIN_KEY.replaceAll("a", "b") });
    expect(await statuses()).toEqual([401, 401]);
    await service.stop();
    service = await startService(environment);
    expect(await statuses()).toEqual([200, 200]);
  });
});
