import { once } from "node:events";
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { ServiceBroker } from "moleculer";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { call } from "../../lib/contracts/action.ts";
import { actions } from "../../lib/contracts/actions.ts";
import { AuditBuffer, recorded } from "../../lib/http/gateway/audit.ts";
import type { GatewayRequest } from "../../lib/http/gateway/gateway.ts";
import { nowTimestamp } from "../../lib/time.ts";
import brokerOptions from "../../moleculer.config.ts";
import keys from "../../services/keys.service.ts";

const broker = new ServiceBroker({ ...brokerOptions, logger: false });
beforeAll(() => broker.start());
afterAll(() => broker.stop());

it("an answer waits for its record while no node stores any, as when the only one is restarted", async () => {
  const buffer = new AuditBuffer(broker, broker.logger);
  const stored = buffer.store({ id: "a-record", time: nowTimestamp(), action: "job.delete" });
  broker.createService(keys);
  await stored;
  expect(await broker.call("keys.audit", {})).toMatchObject({ items: [{ id: "a-record", action: "job.delete" }] });
});

it("accesses are stored within a second, by a clock of the test", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const buffer = new AuditBuffer(broker, broker.logger);
  try {
    for (const id of ["first", "second"]) buffer.add({ id, time: nowTimestamp(), action: "session.read" });
    vi.advanceTimersByTime(1_000);
  } finally {
    vi.useRealTimers();
  }
  const ids = async () => (await call(broker, actions.keys.audit, {})).items.map(({ id }) => id);
  await expect.poll(ids).toEqual(["second", "first", "a-record"]);
  await buffer.close();
});

it("how many accesses were too many to be kept is stored before the gateway ends", async () => {
  const buffer = new AuditBuffer(broker, broker.logger);
  for (let n = 0; n <= 10_000; n++) buffer.add({ id: `of-many-${n}`, time: nowTimestamp(), action: "session.read" });
  await buffer.close();
  const { items } = await call(broker, actions.keys.audit, { limit: 1 });
  expect(items).toMatchObject([{ action: "audit.lost", object: "1 accesses" }]);
});

it("an access whose client left while its key was checked is recorded", async () => {
  const socket = new Socket();
  const audit = new AuditBuffer(broker, broker.logger);
  const of = { $ctx: { meta: {} }, $params: { name: "left" }, $service: { audit } };
  const request = Object.assign(new IncomingMessage(socket), of) as unknown as GatewayRequest;
  const response = new ServerResponse(request);
  response.assignSocket(socket);
  const remove = recorded(
    async () => {
      socket.destroy();
      await once(response, "close");
      request.$identity = { owner: "owner", scopes: ["collections"], isSession: false };
    },
    { action: "collection.delete", kind: "access" },
  );
  await remove(request, response);
  const newest = async () => (await call(broker, actions.keys.audit, { limit: 1 })).items[0];
  await expect.poll(newest).toMatchObject({ action: "collection.delete", object: "left", owner: "owner" });
  await audit.close();
});
