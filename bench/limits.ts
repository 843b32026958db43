/**
 * Measures the cost of the limits of a key: `POST /process` with a key that has limits and with one that has none, in
 * turns, on one gateway.
 *
 *   node scripts/run.mjs node bench/limits.ts [rounds] [seconds] [connections] [cluster]
 *
 * Needs `wrk` (Debian). With `cluster`, the gateway takes the points from another node by NATS, whose counters are in a
 * MongoDB-compatible database. The CPU time is then that of the gateway and its detector. Compares in the same way as
 * `bench/keys.ts`.
 */
import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { KeyLimits } from "../lib/contracts/key-limits.ts";
import { ADMIN_KEY, asAdmin, bearer, KeyClient } from "../test/support/key-client.ts";
import { startMongoServer } from "../test/support/mongo-server.ts";
import { startNatsServer } from "../test/support/nats-server.ts";
import { startProcess, startService } from "../test/support/service.ts";
import { goldenImages } from "../test/support/shared-data.ts";
import { compare } from "./interleaved.ts";
import { writeScript } from "./wrk-script.ts";

const [rounds = 9, seconds = 2, connections = 8] = process.argv.slice(2, 5).map(Number);
const MANY = 600_000;
const folder = mkdtempSync(join(tmpdir(), "sightline-bench-"));
const common = { AUTH: "keys", ADMIN_KEY, LOG_LEVEL: "warn", REQUESTS_PER_MINUTE: "0" };
const [nats, mongo] = process.argv[5] === "cluster" ? [await startNatsServer(), await startMongoServer()] : [];
const connected = nats && mongo && { NATS_URL: nats.url, MONGO_URL: new URL("bench", `${mongo.url}/`).href };
const keeper = connected && startProcess({ ...common, ...connected, SERVICES: "jobs,events,sessions,keys" });
const service = await startService({ ...common, ...(connected && { ...connected, SERVICES: "api,detector" }) });
const client = new KeyClient(service.url);
while ((await client.get("/v1/keys", asAdmin)).status !== 200) await sleep(100);

async function scriptFor(name: string, limits?: KeyLimits): Promise<string> {
  const { key } = await client.key(limits && { limits });
  const place = join(folder, name);
  mkdirSync(place);
  return writeScript(place, goldenImages(), 1, "/process", bearer(key));
}

const without = { service, script: await scriptFor("without") };
const given = { service, script: await scriptFor("with", { requestsPerMinute: MANY, imagesPerMinute: MANY }) };
await compare(without, given, { rounds, seconds, connections });
await service.stop();
await keeper?.stop();
await nats?.stop();
await mongo?.stop();
