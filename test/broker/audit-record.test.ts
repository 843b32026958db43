import { once } from "node:events";
import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { ServiceBroker } from "moleculer";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { call } from "../../lib/contracts/action.ts";
import { actions } from "../../lib/contracts/actions.ts";
import { recorded } from "../../lib/http/access/audit.ts";
import { AuditBuffer } from "../../lib/http/access/audit-buffer.ts";
import type { GatewayRequest } from "../../lib/http/gateway/gateway-request.ts";
import { sendJson } from "../../lib/http/gateway/reply.ts";
import type { Identity } from "../../lib/sessions/scopes.ts";
import { nowTimestamp } from "../../lib/time/timestamp.ts";
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

/** A node whose store never answers. @returns its broker, and how often it was asked. */
async function silentNode() {
  const { retryPolicy } = brokerOptions;
  const silent = new ServiceBroker({ ...(retryPolicy && { retryPolicy }), logger: false });
  const asked: unknown[] = [];
  silent.createService({
    name: "keys",
    actions: {
      record(ctx) {
        asked.push(ctx.params);
        return new Promise(() => {});
      },
    },
  });
  await silent.start();
  return { silent, asked };
}

it("an answer waits for its record for five seconds, by a clock of the test, also if the store says nothing", async () => {
  const { silent, asked } = await silentNode();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  try {
    const buffer = new AuditBuffer(silent, silent.logger);
    let outcome = "waiting";
    buffer.store({ id: "silent", time: nowTimestamp(), action: "job.delete" }).then(
      () => {
        outcome = "stored";
      },
      () => {
        outcome = "failed";
      },
    );
    await vi.advanceTimersByTimeAsync(4_900);
    expect([outcome, asked.length]).toEqual(["waiting", 1]);
    await vi.advanceTimersByTimeAsync(200);
    expect([outcome, asked.length]).toEqual(["failed", 1]);
  } finally {
    vi.useRealTimers();
    await silent.stop();
  }
});

it("nothing is pending once the gateway has ended, by a clock of the test", async () => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  try {
    const pending = vi.getTimerCount();
    const caller = { call: () => Promise.reject(new Error("There is no node.")) };
    const buffer = new AuditBuffer(caller, broker.logger);
    buffer.add({ id: "late", time: nowTimestamp(), action: "session.read" });
    await buffer.close();
    expect(vi.getTimerCount()).toBe(pending);
  } finally {
    vi.useRealTimers();
  }
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

/** A request, its response, and what closes their connection. */
function requested(headers: Record<string, string> = {}) {
  const socket = new Socket();
  const audit = new AuditBuffer(broker, broker.logger);
  const of = { headers, $ctx: { meta: {} }, $params: { name: "left" }, $service: { audit } };
  const request = Object.assign(new IncomingMessage(socket), of) as unknown as GatewayRequest;
  const response = new ServerResponse(request);
  response.assignSocket(socket);
  const leave = async () => {
    socket.destroy();
    await once(response, "close");
  };
  return { request, response, leave };
}

const identity: Identity = { owner: "owner", scopes: ["collections"], isSession: false };
const newest = async () => (await call(broker, actions.keys.audit, { limit: 1 })).items[0];

it("an access whose client left while its key was checked is recorded", async () => {
  const { request, response, leave } = requested();
  const remove = recorded(
    async () => {
      await leave();
      request.$identity = identity;
    },
    { action: "collection.delete", kind: "access" },
  );
  await remove(request, response);
  await expect.poll(newest).toMatchObject({ action: "collection.delete", object: "left", owner: "owner" });
  // Nothing was answered.
  expect(await newest()).not.toHaveProperty("status");
});

it("an action whose client left while the answer was compressed is recorded", async () => {
  const { request, response, leave } = requested({ "accept-encoding": "gzip" });
  request.$identity = identity;
  const cancel = recorded(
    async () => {
      sendJson(response, { text: "x".repeat(10_000) });
      await leave();
    },
    { action: "job.cancel", kind: "action" },
  );
  await cancel(request, response);
  await expect.poll(newest).toMatchObject({ action: "job.cancel", object: "left", status: 200 });
});
