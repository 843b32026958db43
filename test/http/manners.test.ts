/** What HTTP itself asks of every route: methods, targets, hosts, parameters. Sent as bytes: no library would. */
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { golden, JobClient } from "../support/job-client.ts";
import { sendBytes, sendLines } from "../support/raw-http.ts";
import { answerOf, openPost } from "../support/raw-request.ts";
import { type RunningService, startService } from "../support/service.ts";

const HOST = "Host: localhost";
const CLOSE = "Connection: close";
const documented = JSON.parse(readFileSync(join(import.meta.dirname, "../../docs/openapi.json"), "utf8")) as {
  readonly paths: Record<string, Record<string, unknown>>;
};
const NO_JOB = "5b8f0000-0000-4000-8000-000000000000";

let service: RunningService;
let client: JobClient;
let job: string;
beforeAll(async () => {
  service = await startService();
  client = new JobClient(service.url);
  job = (await client.create(golden.slice(0, 1))).id;
  await client.finished(job);
});
afterAll(async () => {
  expect(await service.stop()).toBe(0);
});

/** A path of the document with a job that exists. */
const filled = (path: string) =>
  path
    .replace("/jobs/{id}", `/jobs/${job}`)
    .replace("/models/{name}", "/models/faces-haar")
    .replace("{index}", "0")
    .replace(/\{\w+\}/g, "none");

const send = (method: string, target: string, ...headers: string[]) =>
  sendLines(service.url, [`${method} ${target} HTTP/1.1`, HOST, CLOSE, ...headers]);

async function problemOf(code: string, status: number, lines: readonly string[], body?: string) {
  const answer = await sendLines(service.url, lines, body);
  expect(answer.status, answer.body).toBe(status);
  expect(answer.headers["content-type"]).toBe("application/problem+json");
  expect(JSON.parse(answer.body)).toMatchObject({ code, status });
  return answer;
}

async function expectProblem(...expected: Parameters<typeof problemOf>): Promise<void> {
  await problemOf(...expected);
}

const methods = ["get", "post", "put", "patch", "delete"];
const paths = Object.entries(documented.paths).map(([path, item]) => ({
  path,
  allowed: methods.filter((method) => method in item).map((method) => method.toUpperCase()),
}));

it("connections stay open longer than proxies keep them, and answers say how long", async () => {
  const { headers } = await sendLines(service.url, [
    "GET /healthz HTTP/1.1",
    HOST,
    "",
    "GET /healthz HTTP/1.1",
    HOST,
    CLOSE,
  ]);
  const [, seconds] = /^timeout=(\d+)$/.exec(headers["keep-alive"] ?? "") ?? [];
  expect(Number(seconds)).toBeGreaterThan(60);
});

describe("OPTIONS", () => {
  it.each(paths)("of $path answers with its methods, and runs nothing", async ({ path, allowed }) => {
    for (const method of [...allowed, "DELETE"]) {
      const preflight = ["Origin: http://elsewhere.example", `Access-Control-Request-Method: ${method}`];
      const { status, headers, body } = await send("OPTIONS", filled(path), ...preflight);
      expect({ status, body }).toEqual({ status: 204, body: "" });
      const expected = new Set([...allowed, "OPTIONS", ...(allowed.includes("GET") ? ["HEAD"] : [])]);
      expect(new Set(headers.allow?.split(", "))).toEqual(expected);
      expect(Object.keys(headers).filter((name) => name.startsWith("access-control-"))).toEqual([]);
    }
  });

  it("deleted no job and no collection, and opened no session", async () => {
    await client.postJson("/v1/collections", { name: "kept" });
    const asked = ["Origin: http://elsewhere.example", "Access-Control-Request-Method: DELETE"];
    await send("OPTIONS", `/v1/jobs/${job}`, ...asked);
    await send("OPTIONS", "/v1/collections/kept", ...asked);
    const { body } = await send("OPTIONS", "/session", "Access-Control-Request-Method: GET");
    expect(body).toBe("");
    expect((await client.get(`/v1/jobs/${job}`)).status).toBe(200);
    expect((await client.get("/metrics")).body).not.toMatch(/http_request\w*\{.*method="OPTIONS".*status="2(?!04)/);
  });

  it("of the service as a whole", async () => {
    const { status, headers } = await send("OPTIONS", "*");
    expect({ status, allow: headers.allow }).toEqual({ status: 204, allow: "GET, HEAD, POST, DELETE, OPTIONS" });
  });

  it("of a path that does not exist is 404", () =>
    expectProblem("NOT_FOUND", 404, ["OPTIONS /nothing HTTP/1.1", HOST, CLOSE]));
});

describe("HEAD", () => {
  const readable = paths.filter(({ allowed }) => allowed.includes("GET")).map(({ path }) => path);
  it.each([...readable, "/", "/docs", "/openapi.json", "/docs/redoc.js", "/dashboard", "/nothing"])(
    "of %s is as GET, without the body",
    async (path) => {
      const [got, head] = [await send("GET", filled(path)), await send("HEAD", filled(path))];
      expect(head.body).toBe("");
      expect(head.status).toBe(got.status);
      for (const name of ["content-type", "cache-control", "location", "vary"])
        expect(head.headers[name]).toBe(got.headers[name]);
      // What is counted or timed differs from one request to the next.
      if (!["/metrics", "/v1/nodes", "/v1/statistics", "/readyz"].includes(path))
        expect(head.headers["content-length"]).toBe(got.headers["content-length"]);
    },
  );

  it("is answered although its body is not whole", async () => {
    const head = `HEAD /nothing HTTP/1.1\r\n${HOST}\r\n${CLOSE}\r\nContent-Length: 10\r\n\r\n`;
    expect(await sendBytes(service.url, head, "end")).toMatch(/^HTTP\/1\.1 404 /);
  });

  it("opens no session", async () => {
    const { headers } = await send("HEAD", "/session");
    expect(headers["content-length"]).toBe(String(JSON.stringify({ key: crypto.randomUUID() }).length));
    expect(headers["ratelimit-remaining"]).toBeUndefined();
  });

  it("of a stream of events, and of what would wait, ends at once", async () => {
    const stream = await send("HEAD", "/v1/events", "Accept: text/event-stream");
    expect(stream).toMatchObject({ status: 200, body: "", headers: { "content-type": "text/event-stream" } });
    const { next } = (await client.get("/v1/events?limit=1000")).body;
    expect(await send("HEAD", `/v1/events?after=${next}&wait=60`)).toMatchObject({ status: 200, body: "" });
  });

  it("is among what 405 allows", async () => {
    const { headers } = await problemOf("METHOD_NOT_ALLOWED", 405, ["PATCH /v1/jobs HTTP/1.1", HOST, CLOSE]);
    expect(headers.allow).toBe("GET, HEAD, POST, OPTIONS");
  });
});

describe("methods that no path has", () => {
  it.each(["TRACE", "PUT", "PATCH", "PROPFIND"])("%s", async (method) => {
    const { headers } = await problemOf("METHOD_NOT_ALLOWED", 405, [`${method} /v1/jobs HTTP/1.1`, HOST, CLOSE]);
    expect(headers.allow).toBe("GET, HEAD, POST, OPTIONS");
  });

  it.each(["MADEUP", "get", "G!ET"])("%s", (method) =>
    expectProblem("METHOD_NOT_IMPLEMENTED", 501, [`${method} /v1/jobs HTTP/1.1`, HOST, CLOSE]),
  );

  it("CONNECT", () => expectProblem("METHOD_NOT_IMPLEMENTED", 501, ["CONNECT elsewhere:443 HTTP/1.1", HOST]));
});

describe("targets", () => {
  it.each([
    "/v1/jobs/%zz",
    "/v1/jobs/%",
    "/v1/jobs/%ff",
    "/%c0%ae",
    "/v1/jobs?labels=%zz",
    "/v1/jobs?%zz=1",
    "/v1/jobs?labels=a%00b",
    "*",
  ])("%s is malformed", (target) => expectProblem("MALFORMED_REQUEST", 400, [`GET ${target} HTTP/1.1`, HOST, CLOSE]));

  it.each(["//v1/jobs", "/.", "/..", "/v1/../v1/jobs", "/%2e%2e/etc/passwd", "/v1%2fjobs", "/V1/jobs", "/METRICS"])(
    "%s is not found",
    (target) => expectProblem("NOT_FOUND", 404, [`GET ${target} HTTP/1.1`, HOST, CLOSE]),
  );

  it.each(["..%2f..%2fetc", "a%0d%0ab", "a%00b"])("%s stays in its segment", (id) =>
    expectProblem("JOB_NOT_FOUND", 404, [`GET /v1/jobs/${id} HTTP/1.1`, HOST, CLOSE]),
  );

  it("in absolute form are the same", async () => {
    const { status, body } = await send("GET", `http://localhost:1234/v1/jobs/${job}`);
    expect({ status, id: JSON.parse(body).id }).toEqual({ status: 200, id: job });
    expect((await send("GET", "http://localhost:1234/v1/jobs?limit=none")).status).toBe(400);
    expect((await send("GET", "http://localhost")).headers.location).toBe("/docs");
  });

  it("in absolute form say for which host they are, whatever the header says", async () => {
    await expectProblem("HOST_NOT_ALLOWED", 421, ["GET http://evil.example/ping HTTP/1.1", HOST, CLOSE]);
    const lines = ["GET http://localhost/ping HTTP/1.1", "Host: evil.example", CLOSE];
    expect((await sendLines(service.url, lines)).status).toBe(200);
    for (const target of ["http:///ping", "http://a@localhost/ping", "http://[::1/ping"])
      await expectProblem("MALFORMED_REQUEST", 400, [`GET ${target} HTTP/1.1`, HOST, CLOSE]);
  });

  it("that are too long", () =>
    expectProblem("HEADERS_TOO_LARGE", 431, [`GET /${"a".repeat(20_000)} HTTP/1.1`, HOST, CLOSE]));
});

describe("headers", () => {
  const send = (count: number) => [`GET /ping HTTP/1.1`, HOST, CLOSE, ...Array<string>(count - 2).fill("a: b")];

  it("may be a thousand", async () => {
    expect((await sendLines(service.url, send(1000))).status).toBe(200);
    const { body } = await problemOf("HEADERS_TOO_LARGE", 431, send(1001));
    expect(JSON.parse(body).detail).toContain("more than 1,000 headers");
  });

  it("of proxies that nobody trusts count for nothing", async () => {
    const { body } = await client.get("/nothing", { "X-Forwarded-Prefix": "/other" });
    expect(body.type).toBe("/problems/NOT_FOUND");
  });
});

describe("parameters", () => {
  it("of the query are none of the path", async () => {
    const upload = await client.get(`/face_encoding/${NO_JOB}/?id=${job}`);
    expect(upload).toMatchObject({ status: 404, body: { detail: expect.stringContaining(NO_JOB) } });
    expect((await client.get("/v2/models/faces-haar?version=none&name=none")).body.name).toBe("faces-haar");
    expect((await client.get(`/v1/events?id=${job}`)).body.code).toBe("INVALID_OPTION");
  });

  it("of a body are none of the path", async () => {
    const asked = await client.postJson(`/v1/jobs/${NO_JOB}/cancel`, { id: job });
    expect(asked).toMatchObject({ status: 404, body: { code: "JOB_NOT_FOUND" } });
  });

  it.each(["__proto__=1", "constructor=1", "__proto__[limit]=1", "toString=1"])("%s does nothing", async (query) => {
    expect(await client.get(`/v1/jobs?${query}`)).toMatchObject({ status: 400, body: { code: "INVALID_OPTION" } });
    expect(await client.get(`/v1/jobs/${job}?${query}`)).toMatchObject({ status: 400 });
    expect(await client.get(`/ping?${query}`)).toMatchObject({ status: 200, body: { status: "ok" } });
    expect((await client.get("/v1/jobs?limit=2")).status).toBe(200);
  });

  it.each(["/v1/jobs?limit=1&limit=2", "/v1/jobs?limit=1&limit=1", "/v1/events?wait=0&w%61it=1"])(
    "%s: given twice, it is refused",
    async (path) => {
      expect(await client.get(path)).toMatchObject({ status: 400, body: { code: "INVALID_OPTION" } });
    },
  );
});

describe("what a client has named", () => {
  const long = "x".repeat(10_000);
  const short = `${"x".repeat(100)}…`;
  it.each<[string, string, Record<string, string>, string]>([
    ["an empty parameter", "/v1/jobs?=1", {}, '"" is not known.'],
    ["an empty parameter given twice", "/v1/jobs?=1&=2", {}, '"" is given more than once.'],
    [
      "a long parameter given twice",
      `/v1/jobs?${long.slice(0, 5000)}&${long.slice(0, 5000)}`,
      {},
      `${short} is given more than once.`,
    ],
    ["a long path", `/${long}`, {}, `There is nothing at /${short.slice(1)}.`],
    [
      "an origin that is hidden",
      "/v1/jobs",
      { Origin: "null" },
      "The request comes from a page of another origin, which CORS_ORIGINS does not name.",
    ],
    [
      "an empty origin",
      "/v1/jobs",
      { Origin: "" },
      "The request comes from a page of another origin, which CORS_ORIGINS does not name.",
    ],
  ])("is told readably and in short: %s", async (_name, path, headers, detail) => {
    expect((await (await fetch(service.url + path, { headers })).json()).detail).toBe(detail);
  });
});

describe("hosts and framing", () => {
  it.each([
    ["two hosts", [HOST, "host: elsewhere"]],
    ["the same host twice", [HOST, HOST]],
    ["two media types", [HOST, "Content-Type: image/png", "content-type: application/json"]],
    ["two keys", [HOST, "Authorization: Bearer a", "authorization: Bearer b"]],
    ["no host", []],
    ["a host with a path", ["Host: a/b"]],
    ["a host with a user", ["Host: me@localhost"]],
    ["a host with a space", ["Host: a b"]],
    ["a length and chunks", [HOST, "Content-Length: 5", "Transfer-Encoding: chunked"]],
    ["two lengths", [HOST, "Content-Length: 5", "Content-Length: 6"]],
    ["a negative length", [HOST, "Content-Length: -5"]],
    ["chunks of something else", [HOST, "Transfer-Encoding: gzip"]],
    ["a header without a name", [HOST, ": x"]],
  ])("%s", (_name, headers) => expectProblem("MALFORMED_REQUEST", 400, ["POST /process HTTP/1.1", CLOSE, ...headers]));

  it.each(["Host: localhost:8080", "Host: [::1]:8080", "Host: 127.0.0.1", "Host:"])("%s is one", async (host) => {
    expect((await sendLines(service.url, ["GET /ping HTTP/1.1", host, CLOSE])).status).toBe(200);
  });

  it("HTTP/1.0 needs no host", async () => {
    expect((await sendLines(service.url, ["GET /ping HTTP/1.0"])).status).toBe(200);
  });

  it("chunks that are none", async () => {
    const lines = ["POST /process HTTP/1.1", HOST, "Content-Type: image/png", "Transfer-Encoding: chunked"];
    await expectProblem("MALFORMED_REQUEST", 400, lines, "zz\r\n\r\n");
  });

  it.each([
    ["one large header", [`X-Large: ${"a".repeat(20_000)}`]],
    ["thousands of headers", Array.from({ length: 3000 }, (_, n) => `X-${n}: 1`)],
  ])("%s", (_name, headers) =>
    expectProblem("HEADERS_TOO_LARGE", 431, ["GET /ping HTTP/1.1", HOST, CLOSE, ...headers]),
  );

  it("what is not HTTP", async () => {
    const bytes = "\u0016\u0003\u0001\u0002\u0000\u0001\r\n\r\n";
    expect(await sendBytes(service.url, bytes)).toMatch(/^HTTP\/1\.1 400 Bad Request\r\n.*"MALFORMED_REQUEST"/s);
  });

  it("the beginning of HTTP/2", async () => {
    const answer = await sendBytes(service.url, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    expect(answer).toMatch(/^HTTP\/1\.1 505 .*"HTTP_VERSION_NOT_SUPPORTED"/s);
  });

  it.each(["GET /v1/jobs", "GET /ping", "POST /v1/jobs/x/cancel", "GET /nothing"])(
    "a transfer coding other than chunks: %s",
    (line) =>
      expectProblem("TRANSFER_CODING_NOT_IMPLEMENTED", 501, [
        `${line} HTTP/1.1`,
        HOST,
        CLOSE,
        "Transfer-Encoding: gzip, chunked",
      ]),
  );

  it.each(["3.7", "2.0", "0.9"])("HTTP/%s", (version) =>
    expectProblem("HTTP_VERSION_NOT_SUPPORTED", 505, [`GET /ping HTTP/${version}`, HOST, CLOSE]),
  );

  it.each(["more", "100-continue, more", "100-continue;q=1", '"100-continue"'])(
    "an expectation that cannot be met: %s",
    async (expectation) => {
      const lines = [
        "POST /process HTTP/1.1",
        HOST,
        "X-Request-Id: mine",
        `Expect: ${expectation}`,
        "Content-Length: 3",
      ];
      const { headers, body } = await problemOf("EXPECTATION_FAILED", 417, lines);
      expect([headers["x-request-id"], JSON.parse(body).requestId]).toEqual(["mine", "mine"]);
    },
  );

  it.each(["", ",", "100-Continue", "100-continue, "])(
    "an expectation that is none or can be met: %j",
    async (value) => {
      expect((await send("GET", "/ping", `Expect: ${value}`)).status).toBe(200);
    },
  );

  it.each([
    ["application/json", /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 400 /],
    // Refused without its body.
    ["text/csv", /^HTTP\/1\.1 415 /],
  ])("100-continue, with %s", async (type, expected) => {
    const lines = ["POST /process HTTP/1.1", HOST, CLOSE, `Content-Type: ${type}`, "Content-Length: 3"];
    const text = await sendBytes(service.url, `${[...lines, "Expect: 100-continue"].join("\r\n")}\r\n\r\nabc`);
    expect(text).toMatch(expected);
  });

  it.each(["Upgrade: h2c", "Upgrade: websocket"])("%s is not taken up", async (upgrade) => {
    const { status, body } = await send("GET", "/ping", upgrade);
    expect({ status, body }).toEqual({ status: 200, body: '{"status":"ok"}' });
  });

  // As Java's HttpClient sends every request.
  it("with Upgrade, an answer before the end of the body is the last one of its connection", async () => {
    const upgrade = { Connection: "Upgrade, HTTP2-Settings", Upgrade: "h2c" };
    const socket = await openPost(service.url, "/process", {
      ...upgrade,
      "Content-Type": "text/csv",
      "Content-Length": "3",
    });
    const answer = answerOf(socket);
    await once(socket, "data");
    socket.write("abc");
    expect(await answer).toMatchObject({ status: 415, headers: { connection: "close" } });
  });

  // A Content-Length that counts characters instead of bytes leaves a rest of the body behind it.
  it.each(["rest", "GET /ping HTTP/9\r\n\r\n", "GET /ping HTTP/1.1\r\nHost : a\r\n\r\n"])(
    "a request is answered whatever follows it (%j), and the connection ends",
    async (rest) => {
      const lines = ["POST /v1/jobs?execute=false HTTP/1.1", HOST, "Content-Type: image/png", "Content-Length: 3"];
      const answer = await sendLines(service.url, lines, `abc${rest}`);
      expect(answer).toMatchObject({ status: 201, headers: { connection: "close" } });
      expect(await client.get(`/v1/jobs/${JSON.parse(answer.body).id}`)).toMatchObject({ status: 200 });
    },
  );

  it("a request with Connection: close is answered, whatever follows", async () => {
    const text = await sendBytes(
      service.url,
      `GET /ping HTTP/1.1\r\n${HOST}\r\n${CLOSE}\r\n\r\nGET /ping HTTP/1.1\r\n\r\n`,
    );
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 200"]);
  });

  it("an answer that has begun goes on, whatever follows its request", async () => {
    const { port, hostname } = new URL(service.url);
    const socket = connect(Number(port), hostname).setEncoding("utf8");
    socket.write(`GET /v1/events HTTP/1.1\r\n${HOST}\r\nAccept: text/event-stream\r\n\r\n`);
    let text = "";
    socket.on("data", (chunk: string) => {
      text += chunk;
    });
    await expect.poll(() => text).toContain("retry: ");
    socket.write("rest\r\n\r\n");
    const { id } = await client.create(golden.slice(0, 1));
    await expect.poll(() => text).toContain(`"${id}"`);
    socket.destroy();
  });

  it("all requests before one that cannot be read, or is for a proxy, are answered", async () => {
    const get = (path: string) => `GET ${path} HTTP/1.1\r\n${HOST}\r\n\r\n`;
    for (const unreadable of ["rest\r\n\r\n", `CONNECT elsewhere:443 HTTP/1.1\r\n${HOST}\r\n\r\n`]) {
      const text = await sendBytes(service.url, `${get("/v1/jobs")}${get("/nothing")}${unreadable}`);
      expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 404"]);
    }
  });

  it("a client that ends its side of the connection after its requests has its answers", async () => {
    const get = `GET /v1/jobs HTTP/1.1\r\n${HOST}\r\n\r\n`;
    expect((await sendBytes(service.url, get + get, "end")).match(/HTTP\/1\.1 \d+/g)).toEqual([
      "HTTP/1.1 200",
      "HTTP/1.1 200",
    ]);
    const [{ bytes }] = golden as [(typeof golden)[number]];
    const lines = ["POST /process HTTP/1.1", HOST, "Content-Type: image/jpeg", `Content-Length: ${bytes.length}`];
    const text = await sendBytes(
      service.url,
      `${lines.join("\r\n")}\r\n\r\n${Buffer.from(bytes).toString("latin1")}`,
      "end",
    );
    expect(text).toMatch(/^HTTP\/1\.1 200 /m);
  });

  it("so has one whose body is compressed", async () => {
    const [{ bytes }] = golden as [(typeof golden)[number]];
    const body = gzipSync(bytes);
    const type = ["Content-Type: image/jpeg", "Content-Encoding: gzip", `Content-Length: ${body.length}`];
    const head = ["POST /process HTTP/1.1", HOST, ...type].join("\r\n");
    expect(await sendBytes(service.url, `${head}\r\n\r\n${body.toString("latin1")}`, "end")).toMatch(
      /^HTTP\/1\.1 200 /m,
    );
  });

  it("a stream of events, which has no end of its own, ends with its client's side of the connection", async () => {
    const head = `GET /v1/events HTTP/1.1\r\n${HOST}\r\nAccept: text/event-stream\r\n\r\n`;
    expect(await sendBytes(service.url, head, "end")).toMatch(/^HTTP\/1\.1 200 /);
    const { port, hostname } = new URL(service.url);
    const socket = connect(Number(port), hostname).setEncoding("utf8");
    socket.write(head);
    await once(socket, "data");
    socket.resume().end();
    await once(socket, "close");
  });

  // RFC 9112, section 9.6. Whoever sent it cannot know whether it was carried out, and will send it again.
  it.each([
    ["an expectation that cannot be met", "GET /ping HTTP/1.1", "Expect: more", ""],
    ["a body that nobody asked for", "POST /process HTTP/1.1", "Content-Type: text/csv\r\nExpect: 100-continue", "abc"],
    ["an upgrade that is not taken up", "POST /process HTTP/1.1", "Content-Type: text/csv\r\nUpgrade: h2c", "abc"],
  ])(
    "a request behind the last answer of its connection is not carried out: %s",
    async (_name, line, headers, body) => {
      const { id } = await client.create(golden.slice(0, 1));
      await client.finished(id);
      const first = `${line}\r\n${HOST}\r\n${headers}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
      const text = await sendBytes(service.url, `${first}DELETE /v1/jobs/${id} HTTP/1.1\r\n${HOST}\r\n\r\n`);
      expect(text.match(/HTTP\/1\.1 [2-5]\d+/g)).toHaveLength(1);
      expect(text).toMatch(/^connection: close\r$/im);
      expect(await client.get(`/v1/jobs/${id}`)).toMatchObject({ status: 200 });
    },
  );

  it("a request finds what the one before it on its connection has done", async () => {
    const create = `POST /v1/jobs?execute=false&labels=order:kept HTTP/1.1\r\n${HOST}\r\nContent-Type: image/png`;
    const list = `GET /v1/jobs?labels=order:kept HTTP/1.1\r\n${HOST}\r\n${CLOSE}`;
    const text = await sendBytes(service.url, `${create}\r\nContent-Length: 3\r\n\r\nabc${list}\r\n\r\n`);
    const [, id] = /^Location: .*\/([\w-]+)\r$/im.exec(text) ?? [];
    expect(text.slice(text.lastIndexOf("HTTP/1.1 200"))).toContain(`"id":"${id}"`);
  });

  it("an expectation that cannot be met has one answer, whatever follows", async () => {
    for (const rest of ["rest\r\n\r\n", `GET /ping HTTP/1.1\r\n${HOST}\r\n\r\n`]) {
      const head = `GET /ping HTTP/1.1\r\n${HOST}\r\nExpect: more\r\n${CLOSE}\r\n\r\n`;
      const text = await sendBytes(service.url, head + rest);
      expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 417"]);
    }
  });

  it("requests beyond those that may wait for the one before them are refused, and end their connection", async () => {
    const { id } = await client.create(golden.slice(0, 1), "?execute=false");
    const get = (path: string) => `GET ${path} HTTP/1.1\r\n${HOST}\r\n\r\n`;
    const text = await sendBytes(service.url, get(`/v1/jobs/${id}/results?wait=1`) + get("/ping").repeat(500));
    const statuses = text.match(/HTTP\/1\.1 \d+/g);
    expect(statuses).toEqual([...Array.from({ length: 101 }, () => "HTTP/1.1 200"), "HTTP/1.1 429"]);
    expect(text.slice(text.lastIndexOf("HTTP/1.1"))).toContain("Too many requests of this connection wait");
  });

  it("requests sent one after the other without waiting are answered in order", async () => {
    const get = (path: string, ...more: string[]) => `${[`GET ${path} HTTP/1.1`, HOST, ...more].join("\r\n")}\r\n\r\n`;
    const text = await sendBytes(service.url, get("/ping") + get("/nothing") + get("/v1/jobs/%zz", CLOSE));
    expect(text.match(/HTTP\/1\.1 \d+/g)).toEqual(["HTTP/1.1 200", "HTTP/1.1 404", "HTTP/1.1 400"]);
  });
});
