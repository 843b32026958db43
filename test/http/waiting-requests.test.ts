/** Requests that are sent on one connection without waiting for answers, and wait for others of theirs. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, expect, it } from "vitest";
import { freePort, type RunningProcess, startProcess } from "../support/service.ts";

/** Its answer has no end. */
const STREAM = "GET /v1/events HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\n\r\n";
/** As many as Node reads at a time. With what it makes of them they take 15 MB. */
const REQUESTS = "GET / HTTP/1.1\r\n\r\n".repeat(3600);
const CONNECTIONS = 12;
const sockets: Socket[] = [];
let service: RunningProcess;

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await service.stop();
});

it("occupy no more memory than they may: others of their kind lose their connection, and the service goes on", async () => {
  const port = await freePort();
  service = startProcess({ PORT: String(port) });
  const ping = () =>
    fetch(`http://127.0.0.1:${port}/ping`).then(
      ({ status }) => status,
      () => 0,
    );
  await expect.poll(ping, { timeout: 100_000 }).toBe(200);
  for (let opened = 0; opened < CONNECTIONS; opened += 1) {
    const socket = connect(port, "127.0.0.1").on("error", () => {});
    sockets.push(socket);
    await once(socket, "connect");
    socket.resume().write(STREAM + REQUESTS);
  }
  const closed = () => sockets.filter(({ destroyed }) => destroyed).length;
  await expect.poll(closed).toBeGreaterThan(CONNECTIONS / 2);
  expect(closed()).toBeLessThan(CONNECTIONS);
  expect(await ping()).toBe(200);
  await expect.poll(() => service.log.join("\n")).toContain("Too many requests of this connection wait");
  // What waited is forgotten with its connection.
  for (const socket of sockets.splice(0)) socket.destroy();
  const one = connect(port, "127.0.0.1").on("error", () => {});
  sockets.push(one);
  let answers = "";
  one.setEncoding("utf8").on("data", (text: string) => {
    answers += text;
  });
  one.write(`GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n`.repeat(50));
  await expect.poll(() => answers.split("HTTP/1.1 200").length - 1).toBe(50);
});
