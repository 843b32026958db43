/** Attacks on a running service that needs keys, as somebody sends them who has none, or one with few scopes. */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { crc32, deflateSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { blackPng } from "../support/images.ts";
import { golden } from "../support/job-client.ts";
import { ADMIN_KEY, asAdmin, bearer, KeyClient } from "../support/key-client.ts";
import { modelsDir } from "../support/model-files.ts";
import { sendBytes, sendLines } from "../support/raw-http.ts";
import { rawPost } from "../support/raw-request.ts";
import { type RunningService, startService } from "../support/service.ts";

const HOST = "Host: localhost";
const CLOSE = "Connection: close";
const SECRET_PATH = "/v1/keys";

let service: RunningService;
let client: KeyClient;
let mine: string;
let theirs: string;
beforeAll(async () => {
  service = await startService({ ADMIN_KEY, ...(modelsDir && { MODELS_DIR: modelsDir }) });
  client = new KeyClient(service.url);
  mine = (await client.key({ scopes: ["process", "jobs", "collections", "sessions"] })).key;
  theirs = (await client.key({ scopes: ["jobs"] })).key;
});
afterAll(async () => {
  // Nothing of this has ended it.
  expect((await fetch(`${service.url}/ping`)).status).toBe(200);
  expect(await service.stop()).toBe(0);
});

const statusesIn = (text: string) => Array.from(text.matchAll(/HTTP\/1\.1 (\d{3})/g), ([, status]) => Number(status));

describe("a request inside of another one", () => {
  const inner = `GET ${SECRET_PATH} HTTP/1.1\r\n${HOST}\r\nAuthorization: Bearer ${ADMIN_KEY}\r\n\r\n`;
  it.each([
    ["a length and chunks", ["Content-Length: 6", "Transfer-Encoding: chunked"], `0\r\n\r\n${inner}`],
    ["chunks with white space before the colon", ["Transfer-Encoding : chunked"], `0\r\n\r\n${inner}`],
    ["chunks in a folded line", ["X: 1", " Transfer-Encoding: chunked"], `0\r\n\r\n${inner}`],
    ["chunks written otherwise", ["Transfer-Encoding: xchunked"], `0\r\n\r\n${inner}`],
    ["chunks, and then something else", ["Transfer-Encoding: chunked, identity"], `0\r\n\r\n${inner}`],
    ["chunks after a vertical tab", ["Transfer-Encoding: \x0bchunked"], `0\r\n\r\n${inner}`],
    ["a length with a sign", ["Content-Length: +0"], inner],
    ["a length in two numbers", ["Content-Length: 0, 5"], inner],
    ["a chunk of a size in another notation", ["Transfer-Encoding: chunked"], `0x0\r\n\r\n${inner}`],
    ["a chunk of a size beyond 64 bits", ["Transfer-Encoding: chunked"], `10000000000000000\r\n\r\n${inner}`],
    ["a line that ends with LF", ["X: 1\nTransfer-Encoding: chunked"], `0\r\n\r\n${inner}`],
    ["a line that ends with CR", ["X: 1\rTransfer-Encoding: chunked"], `0\r\n\r\n${inner}`],
  ])("behind %s is not answered", async (_name, headers, body) => {
    const lines = ["POST /process HTTP/1.1", HOST, ...headers];
    const text = await sendBytes(service.url, `${lines.join("\r\n")}\r\n\r\n${body}`);
    expect(statusesIn(text)).toEqual([400]);
  });

  it("as the body of one that has none, or of one that is refused, is a body", async () => {
    for (const [line, status] of [
      ["GET /ping HTTP/1.1", 200],
      ["POST /v1/jobs HTTP/1.1", 401],
    ] as const) {
      const lines = [line, HOST, CLOSE, "Content-Type: image/png", `Content-Length: ${inner.length}`];
      expect(statusesIn(await sendBytes(service.url, `${lines.join("\r\n")}\r\n\r\n${inner}`))).toEqual([status]);
    }
  });
});

describe("a way around the key", () => {
  it.each([
    ["in the query", "/v1/keys?key=KEY", []],
    ["by another path in a header", "/ping", [`X-Original-URL: ${SECRET_PATH}`, `X-Rewrite-URL: ${SECRET_PATH}`]],
    ["by a method in a header", "/ping", ["X-HTTP-Method-Override: DELETE", "X-HTTP-Method: DELETE"]],
    ["as a user of this machine", SECRET_PATH, ["X-Forwarded-For: 127.0.0.1", "X-Real-IP: 127.0.0.1"]],
    ["as another host", SECRET_PATH, ["X-Forwarded-Host: localhost", "Forwarded: for=127.0.0.1;host=localhost"]],
    ["by a target with a user", `http://admin:KEY@localhost${SECRET_PATH}`, []],
    ["by a path that is written otherwise", "/ping/..%2fv1/keys", []],
    ["by a path with parameters", "/v1/keys;/ping", []],
    ["by a path with a backslash", "/ping\\..\\v1\\keys", []],
    ["by a scheme in other letters", SECRET_PATH, ["Authorization: Basic YWRtaW46YWRtaW4="]],
    ["by an empty key", SECRET_PATH, ["Authorization: Bearer ", "x-api-key:"]],
    ["by a hop-by-hop header", SECRET_PATH, ["Connection: close, Authorization, x-api-key"]],
  ])("%s leads nowhere", async (_name, target, headers) => {
    const path = target.replace("KEY", ADMIN_KEY);
    const answer = await sendLines(service.url, [`GET ${path} HTTP/1.1`, HOST, CLOSE, ...headers]);
    expect(answer.body).not.toContain('"items"');
    expect(answer.body === '{"status":"ok"}' || answer.status >= 400).toBe(true);
  });

  it("by two keys in one header, or two headers, is refused", async () => {
    for (const headers of [
      [`x-api-key: ${mine}`, `x-api-key: ${ADMIN_KEY}`],
      [`Authorization: Bearer ${mine}`, `key: ${ADMIN_KEY}`],
    ])
      expect((await sendLines(service.url, [`GET ${SECRET_PATH} HTTP/1.1`, HOST, CLOSE, ...headers])).status).toBe(401);
  });
});

describe("data of another owner", () => {
  it.each(["up", "braces", "urn", "dot", "null", "space"])(
    "is not found by its id in another form (%s)",
    async (form) => {
      const { id } = await client.create(golden.slice(0, 1), "?execute=false", bearer(theirs));
      const written = {
        up: id.toUpperCase(),
        braces: `%7B${id}%7D`,
        urn: `urn:uuid:${id}`,
        dot: `${id}.`,
        null: `${id}%00`,
        space: `%20${id}`,
      }[form];
      for (const path of ["", "/results", "/events", "/images/0/picture"])
        expect((await client.get(`/v1/jobs/${written}${path}`, bearer(mine))).status).toBe(404);
    },
  );

  it("is not listed by a cursor of that owner", async () => {
    for (let n = 0; n < 3; n++) await client.create(golden.slice(0, 1), "?execute=false", bearer(theirs));
    const { body: page } = await client.get("/v1/jobs?limit=1", bearer(theirs));
    expect(page.nextCursor).toEqual(expect.any(String));
    const stolen = await client.get(`/v1/jobs?limit=10&cursor=${encodeURIComponent(page.nextCursor)}`, bearer(mine));
    expect(stolen.status === 400 || stolen.body.items.length === 0).toBe(true);
  });

  it.each(['{"$gt":""}', "' OR 1=1 --", '["a","b"]', "%00", "\u{1f600}"])(
    "is not listed by a cursor that is made up (%s)",
    async (cursor) => {
      for (const text of [cursor, Buffer.from(cursor).toString("base64url")]) {
        const { status, body } = await client.get(`/v1/jobs?cursor=${encodeURIComponent(text)}`, bearer(mine));
        expect(status === 400 || body.items.length === 0).toBe(true);
      }
    },
  );

  it.each(["state[$ne]=x", "labels[$gt]=", "limit[]=1", "owner=none", "limit=1e3", "labels=a:b'--"])(
    "is not listed by operators of a database (%s)",
    async (query) => {
      const { status, body } = await client.get(`/v1/jobs?${query}`, bearer(mine));
      expect(status === 400 || body.items.length === 0).toBe(true);
    },
  );

  it.each(["-1", "1e0", "0x0", "+0", "%30%00", "..%2f0", "9".repeat(15), "9".repeat(400)])(
    "an image has no other index (%s)",
    async (index) => {
      const { id } = await client.create(golden.slice(0, 1), "?execute=false", bearer(mine));
      expect((await client.get(`/v1/jobs/${id}/images/${index}/picture`, bearer(mine))).status).toBe(404);
    },
  );
});

describe("objects with a prototype", () => {
  it.each([
    ["POST", "/v1/keys", '{"name":"x","scopes":["jobs"],"__proto__":{"scopes":["admin"]}}'],
    ["POST", "/v1/keys", '{"name":"x","scopes":["jobs"],"constructor":{"prototype":{"isAdmin":true}}}'],
    ["POST", "/v1/collections", '{"name":"__proto__"}'],
    ["POST", "/v1/collections", '{"name":"a","__proto__":{"isAdmin":true}}'],
    ["POST", "/v1/compare", '{"__proto__":{"a":1},"faces":[]}'],
    ["POST", "/v2/models/__proto__/infer", '{"inputs":[]}'],
  ])("%s %s %s changes nobody's rights", async (method, path, body) => {
    const headers = { ...(path === "/v1/keys" ? asAdmin : bearer(mine)), "Content-Type": "application/json" };
    const made = await client.send(method, path, { headers, body });
    // Without model files, collections cannot be used.
    if (made.body?.code !== "MODEL_UNAVAILABLE") expect(made.status).toBeLessThan(500);
    expect((await client.whoAmI(mine)).body.scopes).not.toContain("admin");
    expect((await client.get(SECRET_PATH, bearer(mine))).status).toBe(403);
    if (made.body?.key) expect((await client.whoAmI(made.body.key)).body.scopes).toEqual(["jobs"]);
  });
});

describe("text that takes long to read", () => {
  const hostile = ["a".repeat(14_000), `${"a ".repeat(7000)}!`, `${"\t ".repeat(7000)}x`, ",".repeat(14_000)];
  it.each([
    "Cookie: sightline=",
    "Accept: image/png;q=",
    "Accept-Encoding: gzip;q=",
    "Prefer: wait=",
    "Content-Type: multipart/form-data; boundary=",
    "Origin: http://",
    "X-Request-Id: ",
    "Traceparent: 00-",
    "If-None-Match: W/",
    "Idempotency-Key: ",
    "Repr-Digest: sha-256=:",
    "Last-Event-ID: ",
  ])("%s is read in time that grows with its length", async (header) => {
    // One that backtracks takes minutes, and the test has less time.
    const answers = hostile.map((text) =>
      sendLines(service.url, ["POST /process HTTP/1.1", HOST, CLOSE, `x-api-key: ${mine}`, header + text]),
    );
    for (const { status } of await Promise.all(answers)) expect(status).toBeLessThan(500);
  });

  it("JSON of a hundred thousand levels is refused", async () => {
    for (const body of ["[".repeat(100_000), '{"a":'.repeat(100_000)]) {
      const headers = { ...bearer(mine), "Content-Type": "application/json" };
      expect((await client.send("POST", "/process", { headers, body })).status).toBe(400);
    }
  });
});

describe("files", () => {
  it.each([
    "/dashboard/..%2f..%2fpackage.json",
    "/dashboard/%2e%2e/%2e%2e/package.json",
    "/dashboard/..\\..\\package.json",
    "/dashboard/vendor/....//....//package.json",
    "/docs/%252e%252e/package.json",
    "/dashboard/index.html%00.js",
    "/.git/config",
    "/data/sightline.db",
  ])("%s is none", async (target) => {
    expect((await sendLines(service.url, [`GET ${target} HTTP/1.1`, HOST, CLOSE])).status).toBe(404);
  });

  it("a PNG with a text of 256 MiB in 256 KiB takes no memory", async () => {
    const memory = () =>
      Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${service.process.pid}/status`, "utf8"))?.[1]);
    const before = memory();
    const headers = { ...bearer(mine), "Content-Type": "image/png" };
    // It takes long to make, and the service may have closed the connections that were open before.
    const chunks = [pngWithText(256 * 2 ** 20)];
    const { status } = await rawPost(service.url, { path: "/process", headers, chunks });
    expect(status).toBeLessThan(500);
    expect(memory() - before).toBeLessThan(200 * 1024);
  });

  it("a form with a part whose headers have no end is refused", async () => {
    const body = `--b\r\nContent-Disposition: form-data; name="images"; filename="${"a".repeat(2 ** 20)}`;
    const headers = { ...bearer(mine), "Content-Type": "multipart/form-data; boundary=b" };
    expect((await client.send("POST", "/process", { headers, body })).status).toBe(400);
  });

  it("a name of a file changes no header of an answer", async () => {
    const name = 'a"\r\nSet-Cookie: sightline=x\r\n\r\n<script>.jpg';
    const form = new FormData();
    form.append("images", new Blob([golden[0]?.bytes ?? ""]), name);
    const { status, headers } = await client.post("/process", form, bearer(mine));
    expect(status).toBe(200);
    expect(headers.get("set-cookie")).toBeNull();
  });
});

describe("a cookie of the dashboard", () => {
  const signIn = async (headers: string[] = []) => {
    const body = JSON.stringify({ key: mine });
    const lines = ["POST /v1/sign-in HTTP/1.1", HOST, CLOSE, "Content-Type: application/json", ...headers];
    return sendLines(service.url, [...lines, `Content-Length: ${body.length}`], body);
  };
  const tokenOf = ({ headers }: { headers: Readonly<Record<string, string>> }) =>
    headers["set-cookie"]?.split(";", 1)[0] ?? "";
  const whoAmI = async (cookie: string) =>
    (await sendLines(service.url, ["GET /v1/whoami HTTP/1.1", HOST, CLOSE, `Cookie: ${cookie}`])).status;

  it("that somebody has set before is replaced by signing in", async () => {
    const token = tokenOf(await signIn(["Cookie: sightline=known-to-the-attacker"]));
    expect(token).not.toContain("known-to-the-attacker");
    expect(await whoAmI(token)).toBe(200);
    expect(await whoAmI("sightline=known-to-the-attacker")).toBe(401);
  });

  it("that a sibling domain adds to another one makes neither count", async () => {
    const [first, second] = [tokenOf(await signIn()), "sightline=of-another"];
    expect(await whoAmI(`${first}; ${second}`)).toBe(401);
    expect(await whoAmI(`${second}; ${first}`)).toBe(401);
    expect(await whoAmI(`${first}; theme=dark`)).toBe(200);
  });
});

describe("connections", () => {
  it("five hundred event streams leave room for others, and go with their clients", async () => {
    const lines = ["GET /v1/events HTTP/1.1", HOST, `x-api-key: ${mine}`, "Accept: text/event-stream"];
    const sockets = await open(500, `${lines.join("\r\n")}\r\n\r\n`);
    const heads = sockets.map((socket) => new Promise((resolve) => socket.once("data", resolve)));
    await Promise.all(heads);
    expect((await client.get("/v1/whoami", bearer(mine))).status).toBe(200);
    for (const socket of sockets) socket.destroy();
    await expect.poll(() => openSockets(service)).toBeLessThan(50);
  });

  it("five hundred requests that never end their headers leave room for others", async () => {
    const sockets = await open(500, `POST /process HTTP/1.1\r\n${HOST}\r\nX-Slow: `);
    expect((await client.get("/v1/whoami", bearer(mine))).status).toBe(200);
    for (const socket of sockets) socket.destroy();
  });

  it("lead to no other port: no console, no debugger, nothing internal", () => {
    expect(listeningPorts(service)).toEqual([Number(new URL(service.url).port)]);
  });
});

async function open(count: number, bytes: string): Promise<Socket[]> {
  const { port } = new URL(service.url);
  return Promise.all(
    Array.from({ length: count }, async () => {
      const socket = connect(Number(port), "127.0.0.1").on("error", () => {});
      await new Promise((resolve) => socket.once("connect", resolve));
      socket.write(bytes);
      return socket;
    }),
  );
}

/** Lines of `/proc/net/tcp` for ports where this process listens, or from which it answers. */
function tcpLines(): string[][] {
  const files = ["tcp", "tcp6"].map((name) => readFileSync(`/proc/${service.process.pid}/net/${name}`, "utf8"));
  return files.flatMap((text) => text.split("\n").slice(1)).map((line) => line.trim().split(/\s+/));
}

function openSockets({ url }: RunningService): number {
  const port = Number(new URL(url).port);
  return tcpLines().filter(([, local, , state]) => portOf(local) === port && state === "01").length;
}

function listeningPorts({ process: { pid } }: RunningService): number[] {
  const inodes = new Set(socketsOf(pid ?? 0));
  const lines = tcpLines().filter(([, , , state, ...rest]) => state === "0A" && inodes.has(rest[5] ?? ""));
  return lines.map(([, local]) => portOf(local));
}

function portOf(address = ""): number {
  return Number.parseInt(address.split(":")[1] ?? "", 16);
}

/** Inodes of a process's sockets. */
function socketsOf(pid: number): string[] {
  return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? [];
    } catch {
      // Closed meanwhile.
      return [];
    }
  });
}

/** A black PNG with a compressed text chunk. */
function pngWithText(bytes: number): Uint8Array<ArrayBuffer> {
  const png = blackPng(8, 8);
  const header = 33;
  const text = deflateSync(Buffer.alloc(bytes), { level: 9 });
  const data = Buffer.concat([Buffer.from("zTXtComment\0\0", "latin1"), text]);
  const chunk = Buffer.alloc(data.length + 8);
  chunk.writeUInt32BE(data.length - 4, 0);
  data.copy(chunk, 4);
  chunk.writeUInt32BE(crc32(data), data.length + 4);
  return new Uint8Array(Buffer.concat([png.subarray(0, header), chunk, png.subarray(header)]));
}
