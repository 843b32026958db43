/** Connections to the port of probes. */
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { ServiceBroker } from "moleculer";
import { Gauge } from "prom-client";
import { afterEach, expect, it } from "vitest";
import { answerProbes } from "../../lib/http/routes/probes.ts";
import { registry } from "../../lib/telemetry/metrics.ts";
import { freePort } from "../support/service.ts";

const CONNECTIONS = 20;
const METRICS = "GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n";
/** With answers of a mebibyte: more than the system keeps for a client. */
const UNREAD_ANSWERS = 8;
const LARGE_METRIC = { name: "large", help: "a".repeat(2 ** 20), registers: [registry] };
const sockets: Socket[] = [];
let broker: ServiceBroker;

afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await broker.stop();
});

it("answers probes although clients keep all connections, and do not read the answers on them", async () => {
  new Gauge(LARGE_METRIC);
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
