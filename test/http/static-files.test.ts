/** The pages and scripts that the service serves from its own packages: what a browser keeps, it asks about again. */
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { staticRoutes } from "../../lib/http/routes/static-routes.ts";
import { type RunningService, startService } from "../support/service.ts";

const REDOC = "/docs/redoc.js";
/** Without the logo of another site. */
const redoc = readFileSync(new URL(import.meta.resolve("redoc/bundles/redoc.standalone.js")), "utf8").replace(
  "https://cdn.redoc.ly/redoc/logo-mini.svg",
  "data:,",
);

let service: RunningService;
beforeAll(async () => {
  service = await startService();
});
afterAll(async () => {
  expect(await service.stop()).toBe(0);
});

const get = (path: string, headers: Record<string, string> = {}, method = "GET") =>
  fetch(service.url + path, { method, headers: { "Accept-Encoding": "identity", ...headers }, redirect: "manual" });

const types: Record<string, string> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  svg: "image/svg+xml",
  json: "application/json",
};
const paths = Object.keys(staticRoutes)
  .map((route) => `/${route.slice("GET ".length).replace(/^\//, "")}`)
  .filter((path) => path !== "/");

describe("a static file", () => {
  it.each(paths)("%s has its type, its length and an ETag, by which it is not sent again", async (path) => {
    const got = await get(path);
    const body = await got.arrayBuffer();
    expect(got.status).toBe(200);
    const extension = /\.(\w+)$/.exec(path)?.[1] ?? "html";
    expect(got.headers.get("content-type")).toBe(types[extension]);
    expect(got.headers.get("content-length")).toBe(String(body.byteLength));
    expect(got.headers.get("cache-control")).toBe("no-cache");
    const etag = got.headers.get("etag") ?? "";
    expect(etag).toMatch(/^"[^"]+"$/);
    const again = await get(path, { "If-None-Match": etag });
    expect([again.status, await again.text(), again.headers.get("etag")]).toEqual([304, "", etag]);
    for (const name of ["cache-control", "content-security-policy"])
      expect(again.headers.get(name)).toBe(got.headers.get(name));
    const head = await get(path, {}, "HEAD");
    expect(await head.text()).toBe("");
    for (const name of ["content-type", "content-length", "etag", "repr-digest"])
      expect(head.headers.get(name)).toBe(got.headers.get(name));
  });

  it.each([
    ["another version", (_etag: string) => '"other"', 200],
    ["one of a list", (etag: string) => `"other", ${etag}`, 304],
    ["any", () => "*", 304],
    ["the same as a weak one", (etag: string) => `W/${etag}`, 304],
    ["what is no ETag", () => "nonsense", 200],
  ])("is compared with %s", async (_what, condition, status) => {
    const etag = (await get("/docs")).headers.get("etag") ?? "";
    const conditional = { "If-None-Match": condition(etag) };
    expect((await get("/docs", conditional)).status).toBe(status);
    expect((await get("/docs", conditional, "HEAD")).status).toBe(status);
  });

  it("is refused with a problem where If-Match is not met", async () => {
    const refused = await get("/docs", { "If-Match": '"other"' });
    expect(refused.headers.get("content-type")).toBe("application/problem+json");
    expect([refused.status, await refused.json()]).toMatchObject([412, { code: "PRECONDITION_FAILED", status: 412 }]);
    expect((await get("/docs", { "If-Match": "*" })).status).toBe(200);
  });

  it.each(["/docs", "/docs/try", "/dashboard"])(
    "keeps the query where it is found at %s without a slash",
    async (path) => {
      for (const query of ["?x=1&y=%20", "?", ""]) {
        const { status, headers } = await get(`${path}/${query}`);
        expect([status, headers.get("location")]).toEqual([308, `${path}${query}`]);
      }
    },
  );

  it("comes whole where a part of it is asked for", async () => {
    const answer = await get(REDOC, { Range: "bytes=0-9" });
    expect(answer.status).toBe(200);
    expect((await answer.text()) === redoc).toBe(true);
  });

  it.each(["/docs/..%2f..%2fpackage.json", "/dashboard/%2e%2e/docs.html", "/dashboard/vendor", "/docs/redoc.js%00"])(
    "that is not one of them is not found: %s",
    async (path) => {
      expect((await get(path)).status).toBe(404);
    },
  );

  it("arrives whole at a client that sends a body with its GET, on a connection that ends with the answer", async () => {
    const { hostname, port } = new URL(service.url);
    const chunk = Buffer.alloc(64 * 1024);
    const chunks = 256;
    for (let round = 0; round < 30; round++) {
      const socket = connect({ host: hostname, port: Number(port) });
      const answer = text(socket);
      const length = `Content-Length: ${chunks * chunk.length}`;
      socket.write(["GET /docs HTTP/1.1", "Host: localhost", "Connection: close", length, "", ""].join("\r\n"));
      for (let index = 0; index < chunks && socket.writable; index++) {
        socket.write(chunk);
        // A client that is slower than the service.
        if (index % 10 === 0) await sleep(2);
      }
      const got = await answer;
      expect(got).toMatch(/^HTTP\/1.1 200 OK/);
      expect(got.trimEnd()).toMatch(/<\/html>$/);
    }
  });
});
