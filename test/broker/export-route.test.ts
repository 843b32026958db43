/** An export of which a later page cannot be read. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ServiceBroker } from "moleculer";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { GatewayRequest } from "../../lib/http/gateway/gateway-request.ts";
import { exportRoutes } from "../../lib/http/routes/export-route.ts";

const id = crypto.randomUUID();
const image = { jobId: id, index: 0, fileName: "a".repeat(2 ** 20), state: "done", attempts: 1 };
const broker = new ServiceBroker({ logger: false });
let isBroken = true;
broker.createService({
  name: "jobs",
  actions: {
    results({ params: { cursor } }) {
      if (cursor && isBroken) throw new TypeError("a fault of the store");
      return { items: [image], nextCursor: "next" };
    },
  },
});

let ended = Promise.withResolvers<void>();
const server = createServer((request, response) => {
  const $service = { draining: new AbortController() };
  Object.assign(request, { $ctx: broker, $params: { id }, query: {}, originalUrl: request.url, $service });
  exportRoutes["GET v1/jobs/:id/export"](request as GatewayRequest, response).then(ended.resolve, ended.reject);
});

beforeAll(async () => {
  await broker.start();
  await once(server.listen(0, "127.0.0.1"), "listening");
});
afterAll(async () => {
  server.close();
  await broker.stop();
});

const send = () => fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/jobs/${id}/export`);

it("breaks off, and says why to the log of the service", async () => {
  const outcome = expect(ended.promise).rejects.toThrow("a fault of the store");
  await expect(send().then((response) => response.text())).rejects.toThrow();
  await outcome;
});

it("ends without an error if the client goes", async () => {
  isBroken = false;
  ended = Promise.withResolvers();
  const { body } = await send();
  await body?.cancel();
  await ended.promise;
});
