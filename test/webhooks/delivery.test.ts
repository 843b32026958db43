import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { type AddressInfo, createServer, type LookupFunction, type Socket } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { type DeliveryOptions, deliver } from "../../lib/webhooks/delivery.ts";
import type { WebhookMessage } from "../../lib/webhooks/message.ts";
import { WebhookSigner } from "../../lib/webhooks/signature.ts";
import { type ReceivedWebhook, startReceiver, status, webhookSecret } from "../support/receiver.ts";
import { verifyWebhook } from "../support/verify-webhook.ts";

const stops: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function receiver(answer: (response: ServerResponse, webhook: ReceivedWebhook) => void) {
  const started = await startReceiver(answer);
  stops.push(started.stop);
  return started;
}

/** A server that is not one of HTTP. */
async function rawServer(onConnection: (socket: Socket) => void) {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    onConnection(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  stops.push(async () => {
    server.close();
    for (const socket of sockets) socket.destroy();
    await once(server, "close");
  });
  const { port } = server.address() as AddressInfo;
  return { port, sockets, url: `http://127.0.0.1:${port}/` };
}

const options: DeliveryOptions = { signer: new WebhookSigner(webhookSecret), allowPrivate: true, timeoutMs: 60_000 };
const message = (url: string): WebhookMessage => ({
  id: "job.succeeded.3",
  url,
  headers: { "Content-Type": "application/cloudevents+json" },
  body: '{"name":"Zoë"}',
});
const send = (url: string, changes: Partial<DeliveryOptions> = {}) => deliver(message(url), { ...options, ...changes });

describe("a delivery", () => {
  it("is a signed POST of the event", async () => {
    const { url, received } = await receiver(status(204));
    expect(await send(`${url}?job=7`)).toEqual({ kind: "delivered" });
    expect(received).toHaveLength(1);
    const [{ method, path, headers, body }] = received as [ReceivedWebhook];
    expect([method, path, headers["content-type"]]).toEqual(["POST", "/hook?job=7", "application/cloudevents+json"]);
    expect(headers["webhook-id"]).toBe("job.succeeded.3");
    expect(verifyWebhook(webhookSecret, headers as Record<string, string>, body)).toEqual({ name: "Zoë" });
  });

  it.each([200, 201, 202, 204, 299])("succeeds with %i", async (code) => {
    const { url } = await receiver(status(code));
    expect(await send(url)).toEqual({ kind: "delivered" });
  });

  it.each([300, 304, 400, 401, 404, 409, 429, 500, 503])("fails with %i", async (code) => {
    const { url } = await receiver(status(code));
    expect(await send(url)).toEqual({ kind: "failed", reason: `HTTP status ${code}`, retryAfterMs: 0 });
  });

  it("is told by 410 that no more is wanted", async () => {
    const { url } = await receiver(status(410));
    expect(await send(url)).toEqual({ kind: "gone", reason: "HTTP status 410" });
  });

  it("tells by its code why none of several addresses could be reached", async () => {
    const { port } = await rawServer(() => {});
    for (const stop of stops.splice(0)) await stop();
    const addresses = ["127.0.0.1", "127.0.0.2"].map((address) => ({ address, family: 4 }));
    const resolve: LookupFunction = (_host, _options, callback) => callback(null, addresses);
    expect(await send(`http://two.example:${port}/`, { resolve })).toMatchObject({ reason: "ECONNREFUSED" });
  });

  it("reports Retry-After", async () => {
    const { url } = await receiver(status(429, { "Retry-After": "7" }));
    expect(await send(url)).toMatchObject({ kind: "failed", retryAfterMs: 7_000 });
  });

  it("has a time limit for the whole attempt, however busy the receiver seems", async () => {
    const { url, sockets } = await rawServer((socket) => {
      const drip = setInterval(() => socket.write("HTTP/1.1 102 Processing\r\n\r\n"), 5);
      socket.on("close", () => clearInterval(drip));
    });
    expect(await send(url, { timeoutMs: 150 })).toMatchObject({ kind: "failed", reason: "no answer in 150 ms" });
    await expect.poll(() => [...sockets].every(({ destroyed }) => destroyed)).toBe(true);
  });

  it("has a time limit for the look-up of the name, too", async () => {
    const never: LookupFunction = () => {};
    const outcome = await send("http://receiver.example/", { timeoutMs: 50, resolve: never });
    expect(outcome).toMatchObject({ kind: "failed", reason: "no answer in 50 ms" });
  });

  it.each([
    ["resets the connection", (socket: Socket) => socket.resetAndDestroy(), /ECONNRESET|hang up/],
    ["closes the connection", (socket: Socket) => socket.end(), /hang up|ECONNRESET/],
    ["answers with something else than HTTP", (socket: Socket) => socket.end("SSH-2.0-garbage\r\n\r\n"), /Parse Error/],
    [
      "switches to another protocol",
      (socket: Socket) =>
        socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nboo"),
      /without an answer|hang up/,
    ],
    [
      "sends headers without end",
      (socket: Socket) => socket.write(`HTTP/1.1 200 OK\r\nX: ${"x".repeat(100_000)}`),
      /overflow/i,
    ],
  ])("fails if the receiver %s", async (_what, onConnection, reason) => {
    const { url } = await rawServer((socket) => socket.once("data", () => onConnection(socket)));
    expect(await send(url)).toEqual({ kind: "failed", reason: expect.stringMatching(reason), retryAfterMs: 0 });
  });

  it("fails if nobody listens", async () => {
    const { url, stop } = await startReceiver(status(204));
    await stop();
    expect(await send(url)).toMatchObject({ kind: "failed", reason: expect.stringContaining("ECONNREFUSED") });
  });

  it("does not read a huge response to its end", async () => {
    let sent = 0;
    let isClosed = false;
    const { url } = await receiver((response) => {
      const chunk = Buffer.alloc(64 * 1024);
      const pour = () => {
        while (!isClosed) {
          sent += chunk.length;
          if (!response.write(chunk)) return;
        }
      };
      response.writeHead(200);
      response.on("drain", pour).on("close", () => {
        isClosed = true;
      });
      pour();
    });
    expect(await send(url, { timeoutMs: 60_000 })).toEqual({ kind: "delivered" });
    await expect.poll(() => isClosed).toBe(true);
    // What was sent but not read lies in the buffers of two sockets.
    expect(sent).toBeLessThan(32 * 2 ** 20);
  });

  it("waits only a moment for the rest of the response, and has closed the connection when it ends", async () => {
    const { url, sockets } = await rawServer((socket) =>
      socket.once("data", () => socket.write("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhalf")),
    );
    expect(await send(url)).toEqual({ kind: "delivered" });
    await expect.poll(() => [...sockets].every(({ destroyed }) => destroyed)).toBe(true);
  });
});

describe("the guard", () => {
  it("does not follow a redirect", async () => {
    const inner = await receiver(status(204));
    const { url } = await receiver(status(307, { Location: inner.url }));
    expect(await send(url)).toMatchObject({ kind: "failed", reason: "HTTP status 307" });
    expect(inner.received).toEqual([]);
  });

  it("refuses a literal address that is not public, whatever was allowed when the job was created", async () => {
    const inner = await receiver(status(204));
    const reason = expect.stringContaining("public address");
    expect(await send(inner.url, { allowPrivate: false })).toMatchObject({ kind: "failed", reason });
    expect(inner.received).toEqual([]);
  });

  it("refuses a name that has come to lead to an address that is not public", async () => {
    const { port, sockets } = await rawServer(() => {});
    const rebound: LookupFunction = (_host, _options, callback) =>
      callback(null, [{ address: "127.0.0.1", family: 4 }]);
    const url = `http://receiver.example:${port}/`;
    const outcome = await send(url, { allowPrivate: false, resolve: rebound });
    expect(outcome).toMatchObject({
      kind: "failed",
      reason: "receiver.example does not lead to an address that requests may go to",
    });
    expect(sockets.size).toBe(0);
  });

  it("refuses a name that has come to lead to a cloud's metadata, also where private addresses are allowed", async () => {
    for (const address of ["169.254.169.254", "168.63.129.16", "fd00:ec2::254"]) {
      const resolve: LookupFunction = (_host, _options, callback) =>
        callback(null, [{ address, family: address.includes(":") ? 6 : 4 }]);
      expect(await send("http://receiver.example/", { resolve })).toMatchObject({
        kind: "failed",
        reason: "receiver.example does not lead to an address that requests may go to",
      });
    }
  });

  it("refuses a port that is not allowed any more", async () => {
    const inner = await receiver(status(204));
    const reason = expect.stringContaining("one of the ports 443");
    expect(await send(inner.url, { ports: [443] })).toMatchObject({ kind: "failed", reason });
    expect(await send(inner.url, { ports: [443, inner.port] })).toEqual({ kind: "delivered" });
    expect(inner.received).toHaveLength(1);
  });

  it("leaves the name in the request where private addresses are allowed", async () => {
    const { port, received } = await receiver(status(204));
    const resolve: LookupFunction = (_host, _options, callback) =>
      callback(null, [{ address: "127.0.0.1", family: 4 }]);
    expect(await send(`http://receiver.example:${port}/`, { resolve })).toEqual({ kind: "delivered" });
    expect(received[0]?.headers.host).toBe(`receiver.example:${port}`);
  });
});
