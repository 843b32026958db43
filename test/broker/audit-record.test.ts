import { ServiceBroker } from "moleculer";
import { afterAll, beforeAll, expect, it } from "vitest";
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
