/** A node whose services cannot start says why, and can be stopped like any other. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ServiceBroker, type ServiceSchema } from "moleculer";
import { expect, it } from "vitest";

// A file where the data folder should be; before the configuration is read.
const file = join(process.env.DATA_DIR ?? "", "file");
writeFileSync(file, "");
process.env.DATA_DIR = file;
const { default: brokerOptions } = await import("../../moleculer.config.ts");
const { serviceNames } = await import("../../lib/config.ts");

async function schemaOf(name: string): Promise<ServiceSchema> {
  return (await import(`../../services/${name}.service.ts`)).default;
}

/** What its services threw when the broker was stopped. */
function stopErrors(broker: ServiceBroker): unknown[] {
  const errors: unknown[] = [];
  broker.localBus.on("$broker.error", ({ error }: { error: unknown }) => errors.push(error));
  return errors;
}

it.each(serviceNames.filter((name) => name !== "api" && name !== "detector"))(
  "%s, without its data, tells why it does not start, and stops",
  async (name) => {
    const broker = new ServiceBroker({ ...brokerOptions, logger: false });
    broker.createService(await schemaOf(name));
    const errors = stopErrors(broker);
    await expect(broker.start()).rejects.toThrow(`The data folder ${file} cannot be used: it is a file.`);
    await broker.stop();
    expect(errors).toEqual([]);
  },
);

it("services that were not started yet stop", async () => {
  const broker = new ServiceBroker({ ...brokerOptions, logger: false });
  for (const name of serviceNames) broker.createService(await schemaOf(name));
  const errors = stopErrors(broker);
  await broker.stop();
  expect(errors).toEqual([]);
});
