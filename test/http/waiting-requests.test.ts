/** Requests that are sent on one connection without waiting for answers, and wait for others of theirs. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, expect, it } from "vitest";
import { freePort, type RunningProcess, startProcess } from "../support/service.ts";

/** Its answer has no end. */
const STREAM = "GET /v1/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n";
const REQUEST = "GET / HTTP/1.1\r\n\r\n";
/** As many as may wait, and one more. They take 400 kB, so that there is room for those of 80 connections. */
const MOST = 101;
const CONNECTIONS = 200;
const sockets: Socket[] = [];
let service: RunningProcess;

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await service.stop();
});

async function start(): Promise<number> {
  const port = await freePort();
  service = startProcess({ PORT: String(port) });
  await expect.poll(() => statusAt(port, "/readyz"), { timeout: 100_000 }).toBe(200);
  return port;
}

const statusAt = (port: number, path: string) =>
  fetch(`http://127.0.0.1:${port}${path}`).then(
    ({ status }) => status,
    () => 0,
  );

/** So many requests wait behind an answer that has no end. */
async function wait(port: number, requests: number): Promise<void> {
  const socket = connect(port, "127.0.0.1").on("error", () => {});
  sockets.push(socket);
  socket.write(STREAM + REQUEST.repeat(requests));
  await once(socket, "data");
}

/** How many of 50 requests of one connection are answered. */
function answersTo50(port: number): () => number {
  const socket = connect(port, "127.0.0.1").on("error", () => {});
  sockets.push(socket);
  let answers = "";
  socket.setEncoding("utf8").on("data", (text: string) => {
    answers += text;
  });
  socket.write("GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(50));
  return () => answers.split("HTTP/1.1 200").length - 1;
}

it("occupy no more memory than they may: others of their kind lose their connection, and the service goes on", async () => {
  const port = await start();
  for (let opened = 0; opened < CONNECTIONS; opened += 1) {
    const socket = connect(port, "127.0.0.1").on("error", () => {});
    sockets.push(socket);
    await once(socket, "connect");
    socket.resume().write(STREAM + REQUEST.repeat(MOST));
  }
  const closed = () => sockets.filter(({ destroyed }) => destroyed).length;
  await expect.poll(closed).toBeGreaterThan(CONNECTIONS / 2);
  expect(closed()).toBeLessThan(CONNECTIONS);
  expect(await statusAt(port, "/ping")).toBe(200);
  await expect
    .poll(() => service.log.join("\n"))
    .toContain("Too many requests of this connection wait for their answers.");
  // What waited is forgotten with its connection.
  for (const socket of sockets.splice(0)) socket.destroy();
  await expect.poll(answersTo50(port)).toBe(50);
});

it("are answered although others have as many as may wait", async () => {
  const port = await start();
  // Each takes 4,097 bytes: there is room for ten more.
  const others = [...Array(81).fill(100), ...Array(8).fill(10)];
  await Promise.all(others.map((requests) => wait(port, requests)));
  await expect.poll(answersTo50(port)).toBe(50);
});
