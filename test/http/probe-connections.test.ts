/** Connections to the port of probes. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { ServiceBroker } from "moleculer";
import { Gauge } from "prom-client";
import { afterEach, expect, it, vi } from "vitest";
import { answerProbes } from "../../lib/http/routes/health-probes.ts";
import { registry } from "../../lib/telemetry/metrics.ts";
import { freePort } from "../support/service.ts";

const CONNECTIONS = 20;
const METRICS = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
/** What Node makes of it takes 30 times as much memory. */
const MANY_HEADERS = `GET /healthz HTTP/1.1\r\nHost: localhost\r\n${"a:\r\n".repeat(900)}\r\n`;
/** With answers of a mebibyte: more than the system keeps for a client. */
const UNREAD_ANSWERS = 8;
new Gauge({ name: "large", help: "a".repeat(2 ** 20), registers: [registry] });
const sockets: Socket[] = [];
let broker: ServiceBroker;

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await broker.stop();
});

it("answers probes although clients keep all connections, and do not read the answers on them", async () => {
  const port = await freePort();
  broker = new ServiceBroker({ logger: false, middlewares: [answerProbes(port)] });
  await broker.start();
  for (let opened = 0; opened < CONNECTIONS; opened += 1) {
    const socket = connect(port, "127.0.0.1").on("error", () => {});
    sockets.push(socket);
    await once(socket, "connect");
    socket.write(METRICS.repeat(UNREAD_ANSWERS));
    await once(socket, "readable");
  }
  expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
});

it("logs that it closes connections whose requests take too much memory", async () => {
  const lines: unknown[] = [];
  const log = (_type: string, [line]: unknown[]) => lines.push(line);
  const port = await freePort();
  const logger = { type: "Console", options: { level: "info" } } as const;
  broker = new ServiceBroker({ logger, middlewares: [answerProbes(port), { newLogEntry: log } as never] });
  await broker.start();
  for (let opened = 0; opened < CONNECTIONS; opened += 1) {
    const socket = connect(port, "127.0.0.1").on("error", () => {});
    sockets.push(socket);
    await once(socket, "connect");
    socket.write(METRICS.repeat(UNREAD_ANSWERS) + MANY_HEADERS.repeat(100));
  }
  const reason = expect.stringContaining("Too many requests of this connection wait");
  await expect.poll(() => lines).toContainEqual(expect.objectContaining({ code: "RATE_LIMITED", reason }));
});

it("makes no answer before the one ahead of it on its connection is read", async () => {
  const made = vi.spyOn(registry, "metrics");
  const port = await freePort();
  broker = new ServiceBroker({ logger: false, middlewares: [answerProbes(port)] });
  await broker.start();
  const socket = connect(port, "127.0.0.1");
  sockets.push(socket);
  await once(socket, "connect");
  socket.write(METRICS.repeat(50));
  await once(socket, "readable");
  // Another one is answered, so all that was sent before it has been read.
  expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  expect(made.mock.calls.length).toBeLessThan(50);
  socket.resume();
  await expect.poll(() => made.mock.calls.length).toBe(50);
});
