/** The service under a path of its own, behind proxies that remove the path from requests and those that leave it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { forwardedPrefix, requireOwnBasePath, withoutBasePath } from "../../lib/http/gateway/base-path.ts";
import { launchBrowser } from "../support/browser.ts";
import { EventSourceReader } from "../support/event-source.ts";
import { badFile, form, JobClient, type Json } from "../support/job-client.ts";
import { ADMIN_KEY, asAdmin } from "../support/key-client.ts";
import { sendLines } from "../support/raw-http.ts";
import { type RunningService, startService } from "../support/service.ts";
import { newImage } from "../support/session-client.ts";
import { until } from "../support/until.ts";

const BASE_PATH = "/vision/faces";

let service: RunningService;
let client: JobClient;
beforeAll(async () => {
  service = await startService({ BASE_PATH, PROXY_HOPS: "1", ADMIN_KEY });
  client = new JobClient(service.url);
});
afterAll(() => service.stop());

/** What a proxy sends that removed a path. */
const removed = (prefix: string) => ({ ...asAdmin, "X-Forwarded-Prefix": prefix });
const named = (name: string) => [{ name, bytes: newImage() }];

describe("a path", () => {
  it.each([
    ["/vision/faces/ping", "/ping"],
    ["/vision/faces", "/"],
    ["/vision/faces/", "/"],
    ["/vision/faces?a=1", "/?a=1"],
    ["/vision/facesping", "/vision/facesping"],
    ["/ping", "/ping"],
    ["/vision", "/vision"],
    ["*", "*"],
  ])("%s is %s of the service", (target, path) => {
    expect(withoutBasePath(target, BASE_PATH)).toBe(path);
  });
});

describe("beside the routes of the service", () => {
  const routes = ["GET /", "GET v1/jobs", "GET v1/jobs/:id", "GET docs", "POST process"];
  it.each(["/v1", "/v1/jobs", "/v1/jobs/faces", "/docs", "/process"])("%s is refused", (path) => {
    expect(() => requireOwnBasePath(routes, path)).toThrow(`BASE_PATH must not be ${path}`);
  });
  it.each(["", "/v", "/v1/faces", "/v1/jobs/1/2", "/vision/v1", "/docs/faces", "/processing"])(
    "%j is taken",
    (path) => {
      requireOwnBasePath(routes, path);
    },
  );
});

describe("a prefix that proxies name", () => {
  it.each([
    ["/a", 1, "/a"],
    ["/a/", 1, "/a"],
    ["/a, /b", 2, "/a/b"],
    ["/a, /b", 1, "/b"],
    ["/a", 2, "/a"],
    ["/a", 0, undefined],
    ["//evil.example", 1, undefined],
    ["/", 1, undefined],
    [undefined, 1, undefined],
  ])("%s, of %d trusted proxies, is %s", (header, hops, prefix) => {
    expect(forwardedPrefix(header, hops)).toBe(prefix);
  });
});

describe.each([
  ["leaves the path", BASE_PATH, {}, BASE_PATH],
  ["removes the path", "", {}, BASE_PATH],
  ["removes a path of its own", "", { "X-Forwarded-Prefix": "/other/" }, "/other"],
  ["adds to what a client sent", "", { "X-Forwarded-Prefix": "/forged, /inner" }, "/inner"],
] as const)("behind a proxy that %s", (_what, sent, headers, base) => {
  const fields = { ...asAdmin, ...headers };

  it("everything is found, and every address begins with the path", async () => {
    const created = await client.post(`${sent}/v1/jobs`, form([...named("a.png"), badFile]), fields);
    expect(created.status).toBe(202);
    expect(created.headers.get("location")).toBe(`${base}/v1/jobs/${created.body.id}`);
    const results = await client.get(`${sent}/v1/jobs/${created.body.id}/results?wait=60`, fields);
    expect(results.body.items[1].problem.type).toBe(`${base}/problems/UNSUPPORTED_MEDIA_TYPE`);
    const awaited = await client.post(`${sent}/process`, form([badFile]), { ...fields, Prefer: "wait=60" });
    expect(awaited.headers.get("content-location")).toMatch(new RegExp(`^${base}/v1/jobs/`));
    expect(awaited.body.images[0].problem.type).toBe(`${base}/problems/UNSUPPORTED_MEDIA_TYPE`);
    const missing = await client.get(`${sent}/v1/jobs/none`, fields);
    expect(missing.body.type).toBe(`${base}/problems/JOB_NOT_FOUND`);
    const document = await (await fetch(`${service.url}${sent}/openapi.json`, { headers })).json();
    expect(document.servers).toEqual([{ url: base }]);
    const key = await client.postJson(`${sent}/v1/keys`, { name: "k", scopes: ["jobs"] }, fields);
    expect(key.headers.get("location")).toBe(`${base}/v1/keys/${key.body.id}`);
    const home = await fetch(`${service.url}${sent}/`, { headers, redirect: "manual" });
    expect(home.headers.get("location")).toBe(`${base}/docs`);
    const slash = await fetch(`${service.url}${sent}/dashboard/`, { headers, redirect: "manual" });
    expect([slash.status, slash.headers.get("location")]).toEqual([308, `${base}/dashboard`]);
  });

  it("problems in events lead there too, on a page and in the stream", async () => {
    const { id } = (await client.post(`${sent}/v1/jobs`, form([badFile]), fields)).body;
    const path = `${sent}/v1/jobs/${id}/events`;
    const stream = await EventSourceReader.open(service.url + path, fields);
    const failed = () => stream.events.find(({ event }) => event === "dev.sightline.image.failed");
    await until(() => failed() !== undefined).finally(() => stream.close());
    const page = await client.get(path, fields);
    const ofPage = page.body.items.find(({ type }: Json) => type === "dev.sightline.image.failed");
    const found = [ofPage, JSON.parse(failed()?.data ?? "")].map(({ data }) => data.problem.type);
    expect(found).toEqual(Array(2).fill(`${base}/problems/UNSUPPORTED_MEDIA_TYPE`));
  });

  it("a browser sends the cookie to the service only", async () => {
    const signedIn = await client.postJson(`${sent}/v1/sign-in`, { key: ADMIN_KEY }, headers);
    expect(signedIn.headers.get("set-cookie")).toContain(`; Path=${base}/;`);
  });
});

it.each(["//evil.example", "/a/../b", "https://evil.example", "/a b", '/"><script>', "/", ""])(
  "what is no path is not taken for one: %s",
  async (prefix) => {
    const { body } = await client.get("/nothing", removed(prefix));
    expect(body.type).toBe(`${BASE_PATH}/problems/NOT_FOUND`);
  },
);

it("what is no request is refused with an address that begins with the path", async () => {
  const { status, body } = await sendLines(service.url, ["GET / HTTP/1.1", "Host: a", "No colon"]);
  expect([status, JSON.parse(body).type]).toEqual([400, `${BASE_PATH}/problems/MALFORMED_REQUEST`]);
});

it("a request for a proxy, with the whole URL, is the same", async () => {
  const { host } = new URL(service.url);
  const target = `http://${host}${BASE_PATH}/ping`;
  const { status } = await sendLines(service.url, [`GET ${target} HTTP/1.1`, `Host: ${host}`, "Connection: close"]);
  expect(status).toBe(200);
});

describe("in a browser", () => {
  it("the pages find their files, and the dashboard its answers", { timeout: 120_000 }, async () => {
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      page.setDefaultTimeout(60_000);
      const failed: string[] = [];
      page.on("response", (response) => {
        // Without a key, `whoami` is refused and the page asks for one.
        if (response.status() >= 400 && response.status() !== 401)
          failed.push(`${response.status()} ${response.url()}`);
        if (!response.url().startsWith("blob:")) expect(response.url()).toContain(`${service.url}${BASE_PATH}/`);
      });
      await page.goto(`${service.url}${BASE_PATH}/dashboard/`);
      await page.getByLabel(/key/i).first().fill(ADMIN_KEY);
      await page.keyboard.press("Enter");
      await page.locator(".connection").getByText("Live").waitFor();
      await page.getByRole("link", { name: "Jobs" }).first().click();
      await expect.poll(() => page.url()).toContain(`${BASE_PATH}/dashboard#/jobs`);
      await page.goto(`${service.url}${BASE_PATH}/docs`);
      await page.getByRole("heading", { name: "Find faces, or what other models find" }).first().waitFor();
      await page.goto(`${service.url}${BASE_PATH}/docs/try#ping`);
      await page.getByRole("button", { name: "Send" }).click();
      await page.locator(".answer .badge", { hasText: "200 OK" }).waitFor();
      expect(failed).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
