import { ServiceBroker } from "moleculer";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { call } from "../../lib/contracts/action.ts";
import { actions } from "../../lib/contracts/actions.ts";
import { AuditBuffer } from "../../lib/http/gateway/audit.ts";
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
