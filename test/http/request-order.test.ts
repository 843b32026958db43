/** What a client costs that sends many requests on one connection without waiting for answers. */
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, expect, it } from "vitest";
import { refuseBehindOthers } from "../../lib/http/connections/refused-connections.ts";
import { RequestOrder } from "../../lib/http/connections/request-order.ts";

let server: Server;
const sockets: Socket[] = [];
/** The requests that Node has made, each with its path. */
const made: string[] = [];
/** Requests that are carried out and not answered, by path. */
const held = new Map<string, ServerResponse>();
const carriedOut: string[] = [];

afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server.close();
  made.length = 0;
  held.clear();
  carriedOut.length = 0;
});

/** Answers at once, but for paths with `hold`. */
function carryOut({ url = "" }: IncomingMessage, response: ServerResponse): void {
  carriedOut.push(url);
  if (url.includes("hold")) held.set(url, response);
  else response.end();
}

async function listen(): Promise<void> {
  const handle = new RequestOrder({ refuse: refuseBehindOthers, onDropped: () => {} }).inOrder(carryOut);
  server = createServer((request, response) => {
    made.push(request.url ?? "");
    handle(request, response);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
}

async function open(): Promise<Socket> {
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  sockets.push(socket);
  await once(socket, "connect");
  return socket;
}

const get = (path: string, headers = "") => `GET ${path} HTTP/1.1\r\nHost: localhost\r\n${headers}\r\n`;

/** Answered once all that was sent before it has arrived. */
async function answerToOther(): Promise<string> {
  const socket = await open();
  socket.write(get("/other", "Connection: close\r\n"));
  return text(socket);
}

it("makes no requests of what follows one that is refused", async () => {
  await listen();
  const socket = await open();
  await new Promise((written) => socket.write(get("/hold") + get("/many").repeat(1500), written));
  expect(await answerToOther()).toContain(" 200 ");
  await expect.poll(() => made.filter((path) => path === "/many").length).toBe(101);
  held.get("/hold")?.end();
  const answers = await text(socket);
  expect(answers.split("HTTP/1.1 200").length - 1).toBe(101);
  expect(answers.split("HTTP/1.1 429").length - 1).toBe(1);
});

it("reads no more while many wait, and the rest after their answers", async () => {
  await listen();
  const socket = await open();
  // Fewer than may wait are read at a time, and the system keeps all of it at once.
  const large = get("/large", `X-Large: ${"a".repeat(4000)}\r\n`);
  socket.write(get("/hold") + large.repeat(200) + get("/last", "Connection: close\r\n"));
  await expect.poll(() => made.length).toBeGreaterThan(10);
  expect(await answerToOther()).toContain(" 200 ");
  expect(made.length).toBeLessThan(100);
  held.get("/hold")?.end();
  expect((await text(socket)).split("HTTP/1.1 200").length - 1).toBe(202);
});

it("lets others have their turn between two requests of a connection", async () => {
  await listen();
  (await open()).resume().write(get("/hold") + get("/many").repeat(50));
  await expect.poll(() => made.length).toBe(51);
  let beforeOthers = 0;
  setImmediate(() => {
    beforeOthers = carriedOut.length;
  });
  held.get("/hold")?.end();
  await expect.poll(() => carriedOut.length).toBe(51);
  expect(beforeOthers).toBeLessThan(5);
});
