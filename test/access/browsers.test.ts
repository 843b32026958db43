/** What pages of other origins try with a visitor's browser, as the requests that browsers then send. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isAllowedHost } from "../../lib/http/access/browser-guard.ts";
import { answerHeaders, headerParameters } from "../../lib/openapi/headers.ts";
import { type EncoderStub, startEncoderStub } from "../support/encoder-stub.ts";
import { EventSourceReader } from "../support/event-source.ts";
import { KeyClient } from "../support/key-client.ts";
import { type RawAnswer, sendLines } from "../support/raw-http.ts";
import { freePort, type RunningService, startService } from "../support/service.ts";
import { newImage, PNG } from "../support/session-client.ts";

const EVIL = "https://evil.example";
const APP = "https://app.example";

let stub: EncoderStub;
let service: RunningService;
let host: string;
let healthPort: string;
let client: KeyClient;
/** A job and a collection of nobody, as on a machine where no keys are used. */
let jobId: string;
beforeAll(async () => {
  stub = await startEncoderStub();
  healthPort = String(await freePort());
  service = await startService({
    HEALTH_PORT: healthPort,
    ENCODER_URL: stub.url,
    CORS_ORIGINS: `${APP},http://localhost:3000`,
  });
  host = new URL(service.url).host;
  client = new KeyClient(service.url);
  jobId = (await client.post("/v1/jobs?execute=false", newImage(), PNG)).body.id;
  await client.postJson("/v1/collections", { name: "kept" });
});
afterAll(async () => {
  await service.stop();
  await stub.close();
});

/** Node's `fetch` does not let a program set `Host`, `Origin` and `Sec-Fetch-*` as browsers do. */
function send(request: string, headers: Record<string, string> = {}, body = ""): Promise<RawAnswer> {
  const fields = {
    Host: host,
    Connection: "close",
    ...(body && { "Content-Length": String(body.length) }),
    ...headers,
  };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}`);
  return sendLines(service.url, [`${request} HTTP/1.1`, ...lines], body);
}
const codeOf = ({ status, body }: RawAnswer) => `${status} ${JSON.parse(body || "{}").code ?? ""}`.trim();
const JSON_TYPE = { "Content-Type": "application/json" };
const newCollection = JSON.stringify({ name: "stolen" });

/** The headers of a page's request, as browsers send them over HTTPS or to this machine. */
const fetched = { Origin: EVIL, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "cors", "Sec-Fetch-Dest": "empty" };
const simple = { Origin: EVIL, "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "empty" };
const embedded = (dest: string) => ({
  "Sec-Fetch-Site": "cross-site",
  "Sec-Fetch-Mode": "no-cors",
  "Sec-Fetch-Dest": dest,
});
const submitted = {
  Origin: EVIL,
  "Sec-Fetch-Site": "cross-site",
  "Sec-Fetch-Mode": "navigate",
  "Sec-Fetch-Dest": "document",
};

describe("a foreign page changes nothing", () => {
  it.each<[string, string, Record<string, string>, string?]>([
    ["deletes a job by fetch", "DELETE /v1/jobs/ID", fetched],
    ["cancels a job by a simple request", "POST /v1/jobs/ID/cancel", simple],
    ["executes a job by a form", "POST /v1/jobs/ID/execute", submitted],
    [
      "executes a job by a form in a page without an origin",
      "POST /v1/jobs/ID/execute",
      { ...submitted, Origin: "null" },
    ],
    [
      "executes a job from a page of a sibling domain",
      "POST /v1/jobs/ID/execute",
      { ...simple, "Sec-Fetch-Site": "same-site" },
    ],
    [
      "executes a job from another port of this machine",
      "POST /v1/jobs/ID/execute",
      { Origin: "http://localhost:1234" },
    ],
    ["executes a job over plain HTTP", "POST /v1/jobs/ID/execute", { Origin: "http://evil.example" }],
    ["executes a job over plain HTTP, without an origin", "POST /v1/jobs/ID/execute", { Origin: "null" }],
    ["deletes a collection", "DELETE /v1/collections/kept", fetched],
    [
      "creates a collection with text",
      "POST /v1/collections",
      { ...simple, "Content-Type": "text/plain" },
      newCollection,
    ],
    ["creates a collection with JSON", "POST /v1/collections", { ...fetched, ...JSON_TYPE }, newCollection],
    ["creates a collection by a beacon", "POST /v1/collections", { ...simple, ...JSON_TYPE }, newCollection],
    [
      "uploads a file by a form",
      "POST /uploadfile/",
      { ...submitted, "Content-Type": "multipart/form-data; boundary=b" },
      "--b--",
    ],
    ["has images processed", "POST /process", { ...simple, "Content-Type": "text/plain" }, "x"],
    ["infers", "POST /v2/models/faces-haar/infer", { ...simple, "Content-Type": "text/plain" }, "{}"],
    ["opens sessions by images", "GET /session", embedded("image")],
    ["opens a session by a link", "GET /session", { "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate" }],
    ["makes a key", "POST /v1/keys", { ...fetched, ...JSON_TYPE }, JSON.stringify({ name: "a", scopes: ["admin"] })],
  ])("%s", async (_name, request, headers, body) => {
    const answer = await send(request.replace("ID", jobId), headers, body);
    expect(codeOf(answer)).toBe("403 CROSS_ORIGIN");
    expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
    expect((await client.get(`/v1/jobs/${jobId}`)).body).toMatchObject({ state: "created" });
    expect((await client.get("/v1/collections")).body.items).toMatchObject([{ name: "kept" }]);
  });
});

describe("a foreign page reads nothing", () => {
  it.each<[string, string, Record<string, string>]>([
    ["jobs by fetch", "GET /v1/jobs", fetched],
    ["jobs by fetch over plain HTTP", "GET /v1/jobs", { Origin: "http://evil.example" }],
    ["jobs as a script", "GET /v1/jobs", embedded("script")],
    ["whether a job exists, as an image", `HEAD /v1/jobs/ID`, embedded("image")],
    ["an uploaded image, as an image", "GET /v1/jobs/ID/images/0/picture", embedded("image")],
    ["the mean of all faces, as a style sheet", "GET /bonus/", embedded("style")],
    ["the metrics, from a worker", "GET /metrics", fetched],
    ["events by EventSource", "GET /v1/events", { ...fetched, Accept: "text/event-stream" }],
    ["who it is", "GET /v1/whoami", fetched],
  ])("%s", async (_name, request, headers) => {
    const answer = await send(request.replace("ID", jobId), headers);
    expect(answer.status).toBe(403);
    expect(answer.headers["access-control-allow-origin"]).toBeUndefined();
    expect(answer.headers["cross-origin-resource-policy"]).toBe("same-origin");
  });

  it("by a preflight that would allow it", async () => {
    const asked = { Origin: EVIL, "Access-Control-Request-Method": "DELETE", "Access-Control-Request-Headers": "key" };
    const { status, headers } = await send(`OPTIONS /v1/jobs/${jobId}`, asked);
    expect(status).toBe(204);
    expect(Object.keys(headers).filter((name) => name.startsWith("access-control-"))).toEqual([]);
  });

  it("and is named in the refusal only if it says one name", async () => {
    const refusalTo = async (Origin: string) => JSON.parse((await send("GET /v1/jobs", { Origin })).body).detail;
    expect(await refusalTo(EVIL)).toBe(`The request comes from a page of ${EVIL}, which CORS_ORIGINS does not name.`);
    for (const origin of ["null", "null, null", ",", "http://a, http://b", "x"])
      expect(await refusalTo(origin), origin).toMatch(/^The request comes from a page of another origin, /);
  });

  it("by an origin that begins, ends or is written like one that may", async () => {
    for (const Origin of [
      `${APP}.evil.example`,
      "https://evil-app.example",
      "http://app.example",
      `${APP}:444`,
      `${APP}/`,
    ])
      expect(codeOf(await send("GET /v1/jobs", { Origin })), Origin).toBe("403 CROSS_ORIGIN");
  });

  it("in a frame of its own", async () => {
    for (const path of ["/dashboard", "/docs", "/v1/jobs", "/nothing"]) {
      const { headers } = await send(`GET ${path}`);
      expect(headers["content-security-policy"], path).toContain("frame-ancestors 'none'");
    }
  });
});

describe("a name that its owner makes point to this machine", () => {
  it.each([
    "evil.example",
    `evil.example:${80}`,
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "evil",
    "EVIL.example.",
  ])("is not answered: %s", async (name) => {
    const asItsOwn = { "Sec-Fetch-Site": "same-origin", Origin: `http://${name}` };
    for (const request of ["GET /v1/jobs", `DELETE /v1/jobs/${jobId}`, "GET /dashboard", "OPTIONS /v1/jobs"])
      expect(codeOf(await send(request, { Host: name, ...asItsOwn })), request).toBe("421 HOST_NOT_ALLOWED");
  });

  it.each(["localhost", "LOCALHOST:8080", "a.localhost", "127.0.0.1", "127.0.0.1:1", "[::1]:8080", "192.168.0.7"])(
    "unless it is no such name: %s",
    async (name) => expect((await send("GET /v1/jobs", { Host: name })).status).toBe(200),
  );

  it("is allowed as the settings have it", () => {
    const names = ["localhost", "10.0.0.1", "::1", "api", "api.example", "evil.example"];
    const allowed = (access: "keys" | "local" | "off", list: string[] = []) =>
      names.filter((name) => isAllowedHost(name, access, new Set(list)));
    expect(allowed("local")).toEqual(["localhost", "10.0.0.1", "::1"]);
    expect(allowed("off")).toEqual(["localhost", "10.0.0.1", "::1", "api"]);
    expect(allowed("keys")).toEqual(names);
    for (const access of ["keys", "local", "off"] as const)
      expect(allowed(access, ["api.example"])).toEqual(["localhost", "10.0.0.1", "::1", "api.example"]);
  });
});

describe("pages that may", () => {
  it.each<[string, Record<string, string>]>([
    ["of the service itself", { "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Mode": "cors" }],
    [
      "of the service behind a proxy that changes Host",
      { "Sec-Fetch-Site": "same-origin", Origin: "https://sightline.example" },
    ],
    ["of the service over plain HTTP", { Origin: "http://HOST" }],
    ["typed into the address bar", { "Sec-Fetch-Site": "none", "Sec-Fetch-Mode": "navigate" }],
    ["of an older browser, or no browser", {}],
  ])("read and change: %s", async (_name, headers) => {
    const own = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, value.replace("HOST", host)]));
    expect((await send("GET /v1/jobs", own)).status).toBe(200);
    const name = `c-${crypto.randomUUID()}`;
    const created = await send("POST /v1/collections", { ...own, ...JSON_TYPE }, JSON.stringify({ name }));
    expect(created.status).toBe(201);
    expect((await send(`DELETE /v1/collections/${name}`, own)).status).toBe(204);
  });

  it("follow a link from elsewhere to a page of the service", async () => {
    const link = { "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document" };
    expect((await send("GET /dashboard", link)).status).toBe(200);
    expect((await send("GET /docs", link)).status).toBe(200);
  });

  it("of CORS_ORIGINS use the service from a browser", async () => {
    const asked = {
      Origin: APP,
      "Access-Control-Request-Method": "POST",
      "Access-Control-Request-Headers": "content-type",
    };
    const preflight = await send("OPTIONS /v1/collections", asked);
    expect(preflight.status).toBe(204);
    expect(preflight.headers).toMatchObject({
      "access-control-allow-origin": APP,
      "access-control-allow-methods": "GET, HEAD, POST, OPTIONS",
      "access-control-allow-headers": expect.stringContaining("Authorization"),
      vary: "Origin",
    });
    const fromApp = { ...fetched, Origin: APP };
    const read = await send("GET /v1/jobs", fromApp);
    expect(read.status).toBe(200);
    expect(read.headers).toMatchObject({ "access-control-allow-origin": APP, vary: expect.stringContaining("Origin") });
    // No cookies or other credentials of the browser.
    expect(read.headers["access-control-allow-credentials"]).toBeUndefined();
    const missing = await send("GET /v1/jobs/none", fromApp);
    expect([missing.status, missing.headers["access-control-allow-origin"]]).toEqual([404, APP]);
    const results = await client.get(`/v1/jobs/${jobId}/results`, { Origin: APP });
    expect(results.headers.get("vary")?.split(", ").sort()).toEqual(["Accept", "Origin"]);
    const events = await EventSourceReader.open(`${service.url}/v1/events`, { Origin: APP });
    await expect.poll(() => events.events.length).toBeGreaterThan(0);
    events.close();
    expect((await send("GET /v1/jobs")).headers["access-control-allow-origin"]).toBeUndefined();
  });

  it("of CORS_ORIGINS may send and read every header that the API document has", async () => {
    const named = (field: string | undefined) => field?.toLowerCase().split(", ");
    const { headers: allowed } = await send("OPTIONS /v1/jobs", {
      Origin: APP,
      "Access-Control-Request-Method": "GET",
    });
    const sent = Object.keys(headerParameters).map((name) => name.toLowerCase());
    // Libraries for uploads, such as Dropzone, and for event streams send these by themselves.
    const byThemselves = ["cache-control", "x-requested-with"];
    expect(named(allowed["access-control-allow-headers"])).toEqual(expect.arrayContaining([...sent, ...byThemselves]));
    const { headers: exposed } = await send("GET /v1/jobs", { ...fetched, Origin: APP });
    // No page may read this one, whatever an answer says (Fetch standard, section 2.2.2).
    const { "Set-Cookie": _hidden, ...readable } = answerHeaders;
    const received = Object.keys(readable).map((name) => name.toLowerCase());
    expect(named(exposed["access-control-expose-headers"])).toEqual(expect.arrayContaining(received));
  });
});

describe("every answer", () => {
  it.each([
    "/",
    "/docs",
    "/dashboard",
    "/dashboard/app.js",
    "/openapi.json",
    "/ping",
    "/v1/jobs",
    "/metrics",
    "/nothing",
    "/v1/keys",
  ])("tells browsers not to guess, frame or pass on: %s", async (path) => {
    const { headers } = await send(`GET ${path}`);
    expect(headers).toMatchObject({
      "x-content-type-options": "nosniff",
      "cross-origin-resource-policy": "same-origin",
      "referrer-policy": "no-referrer",
      "content-security-policy": expect.stringMatching(/default-src 'none'/),
    });
    expect(headers["content-security-policy"]).not.toMatch(/script-src[^;]*(unsafe|\*|https?:)/);
    expect(headers.server).toBeUndefined();
    expect(headers["x-powered-by"]).toBeUndefined();
  });

  it("is such also where the request is none, and on the port for probes", async () => {
    const refused = await sendLines(service.url, ["nonsense"]);
    expect(refused).toMatchObject({ status: 400, headers: { "x-content-type-options": "nosniff" } });
    for (const path of ["/healthz", "/metrics", "/nothing"]) {
      const lines = [`GET ${path} HTTP/1.1`, "Host: localhost", "Connection: close"];
      const { headers } = await sendLines(`http://127.0.0.1:${healthPort}`, lines);
      expect(headers).toMatchObject({ "x-content-type-options": "nosniff", "cache-control": "private, no-store" });
      expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
    }
  });

  it("with vectors, keys or data of somebody is not to be stored", async () => {
    for (const path of [
      "/session",
      "/bonus/",
      "/stats/",
      "/v1/jobs",
      `/v1/jobs/${jobId}/results`,
      "/v1/events",
      "/v1/whoami",
    ])
      expect((await send(`GET ${path}`)).headers["cache-control"], path).toBe("private, no-store");
    const { headers } = await send(`GET /v1/jobs/${jobId}/images/0/picture`);
    expect(headers["cache-control"]).toContain("no-store");
  });
});
