/** What is logged of calls that no connected node offers. */
import { ServiceBroker } from "moleculer";
import { afterEach, expect, it } from "vitest";
import { QuietPino } from "../../lib/telemetry/quiet-logger.ts";

const brokers: ServiceBroker[] = [];
afterEach(async () => {
  for (const broker of brokers.splice(0)) await broker.stop();
});

async function start(nodeID: string, log: string[] = []): Promise<ServiceBroker> {
  const destination = { write: (line: string) => void log.push(JSON.parse(line).msg) };
  const logger = new QuietPino({ level: "info", pino: { options: { level: "info" }, destination } } as never);
  const broker = new ServiceBroker({ nodeID, transporter: "Fake", logger });
  brokers.push(broker);
  await broker.start();
  return broker;
}

it("logs once for each action that nobody offers it, and again after a node has come", async () => {
  const log: string[] = [];
  const broker = await start("one", log);
  const call = (action: string) => expect(broker.call(action)).rejects.toMatchObject({ type: "SERVICE_NOT_FOUND" });
  for (const action of ["monitor.count", "jobs.list", "monitor.count", "jobs.list"]) await call(action);
  const unoffered = ["monitor.count", "jobs.list"].map((action) => `No node that offers ${action} is connected.`);
  expect(log).toEqual(unoffered);
  await start("two");
  await expect.poll(() => log.at(-1)).toBe("Node 'two' connected.");
  for (let n = 0; n < 2; n++) await call("jobs.list");
  expect(log).toEqual([...unoffered, "Node 'two' connected.", unoffered[1]]);
});
