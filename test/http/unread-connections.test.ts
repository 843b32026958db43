/** Clients that keep all connections by not reading their answers. */
import { once } from "node:events";
import { connect as connectHttp2 } from "node:http2";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, expect, it } from "vitest";
import { freePort, type RunningService, startService } from "../support/service.ts";

const MAX_CONNECTIONS = 20;
/** An answer of a megabyte that needs no key, and so many that the system does not keep all for a client. */
const UNREAD = "GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(8);
const LAST = "GET /ping HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
const UPLOAD =
  "POST /process HTTP/1.1\r\nHost: localhost\r\nContent-Type: image/png\r\nExpect: 100-continue\r\nContent-Length: 1000\r\n\r\n";
const CALL = {
  ":method": "POST",
  ":path": "/inference.GRPCInferenceService/ServerLive",
  "content-type": "application/grpc",
  te: "trailers",
};
const EMPTY_MESSAGE = Buffer.alloc(5);

let service: RunningService;
const cleanUp: (() => void)[] = [];
afterEach(async () => {
  for (const close of cleanUp.splice(0)) close();
  await service.stop();
});

/** Sends the request; the beginning of an answer has arrived, and is not read. */
async function sendTo(port: number, request: string, localAddress = "127.0.0.1"): Promise<Socket> {
  const socket = connect({ port, host: "127.0.0.1", localAddress }).on("error", () => {});
  cleanUp.push(() => socket.destroy());
  await once(socket, "connect");
  socket.write(request);
  await once(socket, "readable");
  return socket;
}

/** A call whose client takes no byte of the message that it is answered with. */
async function callWithoutWindow(port: number): Promise<void> {
  const session = connectHttp2(`http://127.0.0.1:${port}`, { settings: { initialWindowSize: 0 } });
  cleanUp.push(() => session.destroy());
  session.on("error", () => {});
  const call = session.request(CALL).on("error", () => {});
  call.end(EMPTY_MESSAGE);
  await once(call, "response");
}

const ping = () =>
  fetch(`${service.url}/ping`, { headers: { Connection: "close" } }).then(
    ({ status }) => status,
    () => 0,
  );

async function start(): Promise<{ port: number; grpcPort: number }> {
  const grpcPort = await freePort();
  service = await startService({ MAX_CONNECTIONS: String(MAX_CONNECTIONS), GRPC_PORT: String(grpcPort) });
  return { port: Number(new URL(service.url).port), grpcPort };
}

it("answers others although clients have all connections and do not read their answers", async () => {
  const { port } = await start();
  for (let count = 0; count < MAX_CONNECTIONS; count += 1) await sendTo(port, UNREAD);
  expect([await ping(), await ping(), await ping()]).toEqual([200, 200, 200]);
});

it("answers others although clients of gRPC have all connections and do not read their answers", async () => {
  const { grpcPort } = await start();
  for (let count = 0; count < MAX_CONNECTIONS; count += 1) await callWithoutWindow(grpcPort);
  expect([await ping(), await ping(), await ping()]).toEqual([200, 200, 200]);
});

it("closes connections of the network that has the most, and not those of others that read slowly", async () => {
  const { port } = await start();
  const addresses = ["127.0.0.2", "127.0.0.3", "127.0.0.4", "127.0.0.5"];
  const slow = await Promise.all(addresses.map((address) => sendTo(port, UNREAD + LAST, address)));
  // Any of these may be closed before an answer begins, by one that comes later.
  for (let count = 0; count < 3 * MAX_CONNECTIONS; count += 1) await sendTo(port, UNREAD).catch(() => {});
  const answers = await Promise.all(slow.map((socket) => text(socket)));
  for (const answer of answers) expect(answer).toMatch(/\r\n\r\n{"status":"ok"}$/);
});

it("cuts off no request while most clients read, and closes the connection that is too many", async () => {
  const { port } = await start();
  // At the same time: the service closes a connection by itself that is not read for 30 seconds.
  const half = Array.from({ length: MAX_CONNECTIONS / 2 });
  await Promise.all(half.flatMap(() => [sendTo(port, UNREAD), sendTo(port, UPLOAD)]));
  expect(await ping()).toBe(0);
});
