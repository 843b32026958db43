/** Fetching images from real servers that answer in every way that a server may. */
import { once } from "node:events";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, createServer, type LookupFunction } from "node:net";
import { brotliCompressSync, constants, gzipSync, zstdCompressSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { type Failure, failure } from "../../lib/errors.ts";
import { type FetchSettings, ImageFetcher, type TakeMemory } from "../../lib/http/upload/image-fetcher.ts";
import { endless, ImageServer, redirect } from "../support/image-server.ts";

const MAX_BYTES = 100_000;
const SECRET = "signature-that-nobody-may-see";
const image = Buffer.alloc(50_000, "image");

const settings: FetchSettings = {
  imageUrlHosts: [],
  imageUrlPorts: [],
  imageUrlAllowPrivate: true,
  imageUrlFetches: 4,
  imageUrlIdleTimeoutMs: 60_000,
  imageUrlTimeoutMs: 60_000,
  maxImageBytes: MAX_BYTES,
};

let server: ImageServer;
let taken: number;
beforeEach(async () => {
  server = await ImageServer.start();
  taken = 0;
});
afterEach(() => server.stop());

const take = async (bytes: number) => {
  taken += bytes;
};
const never = new AbortController().signal;
const fetchFrom = (url: string, changes: Partial<FetchSettings> = {}, resolve?: LookupFunction) =>
  new ImageFetcher({ ...settings, ...changes }, resolve).fetch(url, "a", take, never);

async function problemAt(...args: Parameters<typeof fetchFrom>): Promise<{ code: string; detail: string }> {
  const outcome = await fetchFrom(...args);
  expect(outcome).toBeInstanceOf(Error);
  const { type, message, data } = outcome as Failure;
  // Whatever went wrong.
  expect(JSON.stringify([message, data])).not.toMatch(new RegExp(`127\\.0\\.0\\.1|ECONN|nobody|${SECRET}`));
  return { code: type, detail: message };
}

/** A resolver that answers with these addresses, one answer at a time; the last one again and again. */
function resolver(...answers: string[]): LookupFunction {
  return (_host, _options, callback) => {
    const address = (answers.length > 1 ? answers.shift() : answers[0]) as string;
    callback(null, [{ address, family: address.includes(":") ? 6 : 4 }]);
  };
}

describe("an image", () => {
  it("is fetched with its query, and with nothing that tells who asked", async () => {
    server.file("/a.jpg", image);
    expect(await fetchFrom(`${server.url("/a.jpg")}?token=${SECRET}#part`)).toEqual(image);
    expect(taken).toBe(image.length);
    const [{ method, url, headers }] = server.requests as [(typeof server.requests)[0]];
    expect([method, url]).toEqual(["GET", `/a.jpg?token=${SECRET}`]);
    expect(Object.keys(headers).sort()).toEqual(["accept", "accept-encoding", "connection", "host", "user-agent"]);
    expect(headers).toMatchObject({ "user-agent": "Sightline-Images", "accept-encoding": "identity" });
    // No other client's request takes over the connection.
    expect(headers.connection).toBe("close");
  });

  it("may have any type, and no bytes", async () => {
    expect(await fetchFrom(server.file("/page", image, { "Content-Type": "text/html" }))).toEqual(image);
    expect(await fetchFrom(server.file("/empty", Buffer.alloc(0)))).toEqual(Buffer.alloc(0));
  });

  it.each([301, 302, 303, 307, 308])("is fetched through a redirect with %i, to a relative URL too", async (status) => {
    server.file("/b.jpg", image);
    const url = server.at("/moved", (response) => response.writeHead(status, { Location: "/b.jpg?x=1" }).write("…"));
    expect(await fetchFrom(url)).toEqual(image);
    expect(server.requests.at(-1)?.url).toBe("/b.jpg?x=1");
    // Nor is the rest of the redirect waited for.
    await expect.poll(() => server.closed).toBe(2);
  });

  it("is fetched through five redirects, not through six, and never in a circle", async () => {
    server.file("/hop0", image);
    for (let hop = 1; hop <= 6; hop++) server.at(`/hop${hop}`, redirect(`/hop${hop - 1}`));
    expect(await fetchFrom(server.url("/hop5"))).toEqual(image);
    expect(await problemAt(server.url("/hop6"))).toEqual({
      code: "IMAGE_FETCH_FAILED",
      detail: "The server answered with status 302. 5 redirects are followed at most.",
    });
    server.requests.length = 0;
    expect(await problemAt(server.at("/loop", redirect("/loop")))).toMatchObject({ code: "IMAGE_FETCH_FAILED" });
    expect(server.requests).toHaveLength(6);
  });

  it("is asked for without the cookies that were set on the way", async () => {
    server.file("/c.jpg", image);
    const url = server.at("/set", (response) =>
      response.writeHead(302, { Location: "/c.jpg", "Set-Cookie": "id=1; Path=/" }).end(),
    );
    expect(await fetchFrom(url)).toEqual(image);
    expect(server.requests.at(-1)?.headers.cookie).toBeUndefined();
  });
});

describe("a server", () => {
  it.each([201, 204, 206, 300, 304, 400, 401, 403, 404, 410, 429, 500, 503])(
    "that answers with %i gave no image",
    async (status) => {
      const url = server.at("/s", (response) => response.writeHead(status).end());
      const outcome = await fetchFrom(url);
      expect(outcome).toMatchObject({ type: "IMAGE_FETCH_FAILED", code: 422, data: { answerStatus: status } });
      // Its connection is not kept.
      await expect.poll(() => server.closed).toBe(1);
    },
  );

  it.each<[string, (path: string) => string]>([
    ["that says nothing", (path) => server.at(path, () => {})],
    ["that sends half of it", (path) => server.at(path, (response) => response.writeHead(200).write("half"))],
    [
      "that sends half of the head",
      (path) => server.at(path, (_, { socket }) => socket.write("HTTP/1.1 200 OK\r\nX:")),
    ],
  ])("%s is not waited for", async (_name, prepare) => {
    // Long enough for the request to reach the server, also in a process that waits for the processor.
    expect(await problemAt(prepare("/silent"), { imageUrlIdleTimeoutMs: 1_000 })).toEqual({
      code: "IMAGE_FETCH_TIMEOUT",
      detail: "The server was silent for 1000 ms.",
    });
    await expect.poll(() => server.closed).toBe(1);
  });

  it("that sends a byte now and then has a limit for the whole", async () => {
    const url = server.at("/drip", (response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write("x"), 5);
      response.on("close", () => clearInterval(drip));
    });
    expect(await problemAt(url, { imageUrlTimeoutMs: 1_000 })).toEqual({
      code: "IMAGE_FETCH_TIMEOUT",
      detail: "The image did not arrive within 1000 ms.",
    });
    await expect.poll(() => server.closed).toBe(1);
  });

  it("that keeps saying that it works on it has a limit", async () => {
    const url = server.at("/processing", (response) => {
      const drip = setInterval(() => response.writeProcessing(), 5);
      response.on("close", () => clearInterval(drip));
    });
    expect(await problemAt(url, { imageUrlIdleTimeoutMs: 150 })).toMatchObject({ code: "IMAGE_FETCH_TIMEOUT" });
  });

  it("whose name is not resolved is not waited for", async () => {
    const problem = await problemAt("http://images.example/", { imageUrlIdleTimeoutMs: 50 }, () => {});
    expect(problem).toMatchObject({ code: "IMAGE_FETCH_TIMEOUT" });
  });

  it("that sends more than an image may have is cut off", async () => {
    expect(await problemAt(server.at("/endless", endless(image)))).toMatchObject({ code: "IMAGE_TOO_LARGE" });
    expect(taken).toBeLessThanOrEqual(MAX_BYTES);
    await expect.poll(() => server.closed).toBe(1);
  });

  it("that announces more is not read at all", async () => {
    const url = server.at("/large", (response) =>
      response.writeHead(200, { "Content-Length": MAX_BYTES + 1 }).write("x"),
    );
    expect(await problemAt(url)).toMatchObject({ code: "IMAGE_TOO_LARGE" });
    expect(taken).toBe(0);
    expect(await fetchFrom(server.file("/largest", Buffer.alloc(MAX_BYTES)))).toHaveLength(MAX_BYTES);
  });

  it("that sends an image byte by byte costs no more memory than the image", async () => {
    const url = server.at("/bytes", (response) => {
      response.writeHead(200);
      for (let n = 0; n < MAX_BYTES; n++) response.write("x");
      response.end();
    });
    const file = await fetchFrom(url);
    expect(file).toEqual(Buffer.alloc(MAX_BYTES, "x"));
    expect((file as Buffer).buffer.byteLength).toBeLessThan(4 * MAX_BYTES);
  });

  it.each<[string, string]>([
    ["sends less than it announced", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf"],
    ["breaks off between chunks", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n"],
    ["sends two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 4\r\nContent-Length: 5\r\n\r\nhalf"],
    ["speaks something else", "SSH-2.0-garbage\r\n\r\n"],
    ["sends headers without end", `HTTP/1.1 200 OK\r\nX: ${"x".repeat(100_000)}`],
    ["switches to another protocol", "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"],
    ["says nothing and closes", ""],
  ])("that %s gave no image", async (_name, text) => {
    const raw = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("data", () => socket.end(text));
    }).listen(0, "127.0.0.1");
    await once(raw, "listening");
    const { port } = raw.address() as AddressInfo;
    expect(await problemAt(`http://127.0.0.1:${port}/`)).toMatchObject({ code: "IMAGE_FETCH_FAILED" });
    raw.close();
  });

  it("that is not there gave no image", async () => {
    const other = await ImageServer.start();
    const url = other.url("/");
    await other.stop();
    expect(await problemAt(url)).toMatchObject({ code: "IMAGE_FETCH_FAILED" });
  });

  it("without TLS behind https, or the other way round, gave no image", async () => {
    expect(await problemAt(server.url("/").replace("http:", "https:"))).toMatchObject({ code: "IMAGE_FETCH_FAILED" });
    const tls = createTlsServer({}).listen(0, "127.0.0.1");
    await once(tls, "listening");
    const { port } = tls.address() as AddressInfo;
    expect(await problemAt(`https://127.0.0.1:${port}/`)).toMatchObject({ code: "IMAGE_FETCH_FAILED" });
    tls.close();
  });
});

describe("a content coding", () => {
  it.each([
    ["gzip", gzipSync(image)],
    ["br", brotliCompressSync(image)],
    ["zstd", zstdCompressSync(image)],
    ["identity", image],
  ])("%s is decoded, although none was asked for", async (coding, bytes) => {
    expect(await fetchFrom(server.file("/coded", bytes, { "Content-Encoding": coding }))).toEqual(image);
  });

  it.each([
    ["gzip", gzipSync(Buffer.alloc(200 * MAX_BYTES))],
    ["br", brotliCompressSync(Buffer.alloc(200 * MAX_BYTES), { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } })],
    ["zstd", zstdCompressSync(Buffer.alloc(200 * MAX_BYTES))],
  ])("%s that expands without end is not expanded", async (coding, bomb) => {
    const url = server.file("/bomb", bomb, { "Content-Encoding": coding });
    expect(bomb.length).toBeLessThan(MAX_BYTES);
    expect(await problemAt(url)).toMatchObject({ code: "IMAGE_TOO_LARGE" });
    expect(taken).toBeLessThan(17 * 2 ** 20);
  });

  it("does not cost the server its time while the decoder waits for memory", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    const idleMs = 1_000;
    const waitLong: TakeMemory = async (_bytes, use) => {
      if (use !== "decoder") return;
      vi.advanceTimersByTime(2 * idleMs);
      await new Promise(setImmediate);
    };
    const url = server.file("/coded", gzipSync(image), { "Content-Encoding": "gzip" });
    const fetcher = new ImageFetcher({ ...settings, imageUrlIdleTimeoutMs: idleMs });
    expect(await fetcher.fetch(url, "a", waitLong, never).finally(() => vi.useRealTimers())).toEqual(image);
  });

  it("of nothing, again and again, is cut off", async () => {
    const url = server.at("/members", endless(gzipSync(""), { "Content-Encoding": "gzip" }));
    expect(await problemAt(url)).toMatchObject({ code: "IMAGE_TOO_LARGE" });
  });

  it.each([
    ["gzip", gzipSync(image).subarray(0, 20)],
    ["gzip", image],
    ["compress", image],
    ["gzip, gzip", gzipSync(gzipSync(image))],
  ])("%s that is damaged or not known gave no image", async (coding, bytes) => {
    const url = server.file("/damaged", bytes, { "Content-Encoding": coding });
    expect(await problemAt(url)).toMatchObject({ code: "IMAGE_FETCH_FAILED", detail: expect.stringMatching(/coding/) });
  });
});

describe("the guard", () => {
  const REFUSED = { code: "IMAGE_URL_REFUSED" };

  it("refuses a name that leads to an address that is not public, as it refuses one that does not exist", async () => {
    const unknown: LookupFunction = (_host, _options, callback) =>
      callback(Object.assign(new Error(`no ${SECRET}`), { code: "ENOTFOUND" }), []);
    const problems = [];
    for (const resolve of [unknown, resolver("127.0.0.1"), resolver("10.0.0.1"), resolver("::1")])
      problems.push(await problemAt(server.url("/", "images.example"), { imageUrlAllowPrivate: false }, resolve));
    expect(problems).toEqual(Array(4).fill({ ...REFUSED, detail: expect.stringMatching(/leads to no address/) }));
    expect(server.connections).toBe(0);
  });

  it("connects to the address that it has checked, and checks it for every connection", async () => {
    server.file("/d.jpg", image);
    // The second answer is for the redirect, by which the name leads to a cloud's metadata.
    const url = server.at("/rebound", redirect(server.url("/d.jpg", "images.example")));
    const rebinding = resolver("127.0.0.1", "169.254.169.254");
    const first = url.replace("127.0.0.1", "images.example");
    expect(await problemAt(first, {}, rebinding)).toMatchObject(REFUSED);
    expect(server.requests.map((request) => request.url)).toEqual(["/rebound"]);
    expect(await fetchFrom(first, {}, resolver("127.0.0.1"))).toEqual(image);
  });

  it.each<[string, () => string]>([
    ["to a cloud's metadata", () => "http://169.254.169.254/latest/meta-data/"],
    ["to another port", () => "http://images.example:22/"],
    ["to another host", () => server.url("/inner", "localhost")],
    ["to an address", () => server.url("/inner")],
    ["with credentials", () => server.url("/inner", "user:pass@images.example")],
    ["to a file", () => "file:///etc/passwd"],
    ["to no URL", () => "http://"],
  ])("refuses a redirect %s", async (_name, target) => {
    const url = server.at("/out", redirect(target())).replace("127.0.0.1", "images.example");
    const rules = { imageUrlHosts: ["images.example"], imageUrlPorts: [server.port] };
    const problem = await problemAt(url, rules, resolver("127.0.0.1"));
    expect(problem).toMatchObject({ ...REFUSED, detail: expect.stringMatching(/^The URL redirects to one that /) });
    expect(server.requests).toHaveLength(1);
  });

  it.each(["", "/a.jpg", "file:///etc/passwd", "data:image/png;base64,QQ==", "http://u:p@images.example/", "http://"])(
    "refuses %j",
    async (url) => {
      expect(await problemAt(url)).toMatchObject(REFUSED);
    },
  );
});

describe("fetches at the same time", () => {
  it("have a limit, and those of one client are served in their order", async () => {
    const fetcher = new ImageFetcher({ ...settings, imageUrlFetches: 4 });
    const waiting: (() => void)[] = [];
    const url = server.at("/wait", (response) => waiting.push(() => response.end(image)));
    const fetches = Array.from({ length: 5 }, () => fetcher.fetch(url, "a", take, never));
    for (let answered = 0; answered < 5; answered++) {
      await expect.poll(() => waiting.length).toBe(Math.min(answered + 2, 5));
      waiting[answered]?.();
      expect(await fetches[answered]).toEqual(image);
    }
  });

  it("leave room for other clients, however many one client asks for", async () => {
    const fetcher = new ImageFetcher({ ...settings, imageUrlFetches: 4 });
    const over = new AbortController();
    const slow = server.at("/never", () => {});
    const fetches = Array.from({ length: 5 }, () => fetcher.fetch(slow, "a", take, over.signal));
    expect(await fetcher.fetch(server.file("/quick", image), "b", take, never)).toEqual(image);
    over.abort(failure("IMAGE_FETCH_TIMEOUT", "Too late."));
    for (const each of await Promise.all(fetches)) expect(each).toMatchObject({ type: "IMAGE_FETCH_TIMEOUT" });
  });

  it("end when they are told, also while they wait for their turn", async () => {
    const fetcher = new ImageFetcher({ ...settings, imageUrlFetches: 1 });
    const over = new AbortController();
    const url = server.at("/never", () => {});
    const fetches = [0, 1].map(() => fetcher.fetch(url, "a", take, over.signal));
    await expect.poll(() => server.requests.length).toBe(1);
    over.abort(failure("IMAGE_FETCH_TIMEOUT", "Too late."));
    for (const each of await Promise.all(fetches)) expect(each).toMatchObject({ type: "IMAGE_FETCH_TIMEOUT" });
    await expect.poll(() => server.closed).toBe(1);
    expect(await fetcher.fetch(server.file("/next", image), "a", take, never)).toEqual(image);
  });

  it("throw what is no problem of an image, and leave the turn to others", async () => {
    const fetcher = new ImageFetcher({ ...settings, imageUrlFetches: 1 });
    const full = failure("OVERLOADED", "There is no room.");
    const url = server.file("/e.jpg", image);
    await expect(fetcher.fetch(url, "a", () => Promise.reject(full), never)).rejects.toBe(full);
    expect(await fetcher.fetch(url, "a", take, never)).toEqual(image);
  });
});
