/** What the log says of outages, with a broker that is not there. */
import { rmSync } from "node:fs";
import { afterEach, expect, it } from "vitest";
import { Database } from "../../lib/backends/sqlite/database.ts";
import { SqliteEventLog } from "../../lib/backends/sqlite/event-log.ts";
import { SqliteReaderPositions } from "../../lib/backends/sqlite/reader-positions.ts";
import { loadConfig } from "../../lib/config.ts";
import { startKafka } from "../../lib/kafka/start.ts";
import type { Backends } from "../../lib/ports/backends.ts";
import type { LeaderLeases } from "../../lib/ports/leader-leases.ts";
import { eventOf } from "../ports/sample-events.ts";
import { freePort, temporaryFolder } from "../support/service.ts";

const PATIENT = { timeout: 60_000 };
const stops: (() => unknown)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** Begins to publish with a lease that answers as it is told. @returns the lines of the log. */
async function start(acquire: () => boolean) {
  const folder = temporaryFolder();
  const database = await Database.open({ folder });
  stops.push(async () => {
    await database.close();
    rmSync(folder, { recursive: true });
  });
  const log = new SqliteEventLog(database);
  const readerPositions = new SqliteReaderPositions(database);
  const leaderLeases: LeaderLeases = { acquire: async () => acquire(), release: async () => {} };
  const lines: string[] = [];
  const add = (line: string) => lines.push(line);
  const logger = { info: add, warn: add, error: (facts: object) => add((facts as { err: Error }).err.message) };
  const config = loadConfig({ KAFKA_BROKERS: `127.0.0.1:${await freePort()}` });
  const forwarder = await startKafka({ log, readerPositions, leaderLeases } as unknown as Backends, config, logger);
  stops.push(() => forwarder.close());
  return { log, lines };
}

function away(): never {
  throw new Error("the storage is away");
}

it("has an outage after one that ended while nothing was to be published", async () => {
  let acquire: () => boolean = away;
  const { log, lines } = await start(() => acquire());
  await expect.poll(() => lines).toEqual(["the storage is away"]);
  acquire = () => true;
  await expect.poll(() => lines.slice(1), PATIENT).toEqual(["Events are published to Kafka again"]);
  await log.append([eventOf("a", 0)]);
  await expect.poll(() => lines.slice(2), PATIENT).toEqual([expect.stringMatching(/^Kafka: /)]);
});

it("has an outage after one that ended while another node published", async () => {
  let acquire: () => boolean = away;
  const { log, lines } = await start(() => acquire());
  await expect.poll(() => lines).toEqual(["the storage is away"]);
  const standingBy = Promise.withResolvers<void>();
  acquire = () => {
    standingBy.resolve();
    return false;
  };
  await standingBy.promise;
  acquire = () => true;
  await log.append([eventOf("a", 0)]);
  await expect.poll(() => lines.slice(1), PATIENT).toEqual([expect.stringMatching(/^Kafka: /)]);
});
