/**
 * An action whose own call fails between nodes is not done again: it has begun. The call in it was repeated already.
 */
import { Errors, ServiceBroker } from "moleculer";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import brokerOptions from "../../moleculer.config.ts";

const handler = vi.fn<() => Promise<string>>();
const broker = new ServiceBroker({ ...brokerOptions, logger: false });
beforeAll(async () => {
  broker.createService({ name: "outer", actions: { begin: () => handler() } });
  await broker.start();
});
afterAll(() => broker.stop());

const inner = { action: "jobs.get", nodeID: "a" };
it.each([
  ["could not be sent", new Errors.BrokerDisconnectedError("")],
  ["was refused by a node that is leaving", new Errors.ServiceNotAvailableError(inner)],
  ["was in a node that is gone", new Errors.RequestRejectedError(inner)],
])("a call that %s", async (_name, error) => {
  handler.mockReset().mockRejectedValueOnce(error).mockResolvedValue("done twice");
  await expect(broker.call("outer.begin")).rejects.toMatchObject({ type: "SERVICE_UNAVAILABLE" });
  expect(handler).toHaveBeenCalledTimes(1);
});

it("other errors stay as they are", async () => {
  const error = new TypeError("a fault of the code");
  handler.mockReset().mockRejectedValue(error);
  await expect(broker.call("outer.begin")).rejects.toBe(error);
});
