/**
 * What rate limits cost: `POST /process` with a key, on a service that limits requests and on one that does not, in turns.
 *
 *   node scripts/run.mjs node bench/limits.ts [rounds] [seconds] [connections] [cluster]
 *
 * Needs `wrk` (Debian). With `cluster` the gateways with their detectors take the points from another node by NATS, whose
 * counters are in a MongoDB-compatible database. Compares as `bench/keys.ts` does.
 */
import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ADMIN_KEY, asAdmin, bearer, KeyClient } from "../test/support/key-client.ts";
import { startMongoServer } from "../test/support/mongo-server.ts";
import { startNatsServer } from "../test/support/nats-server.ts";
import { startProcess, startService } from "../test/support/service.ts";
import { goldenImages } from "../test/support/shared-data.ts";
import { compare, type Kind } from "./interleaved.ts";
import { writeScript } from "./wrk-script.ts";

const [rounds = 9, seconds = 2, connections = 8] = process.argv.slice(2, 5).map(Number);
const isCluster = process.argv[5] === "cluster";
const folder = mkdtempSync(join(tmpdir(), "sightline-bench-"));
const common = { AUTH: "keys", ADMIN_KEY, LOG_LEVEL: "warn" };
const [nats, mongo] = isCluster ? [await startNatsServer(), await startMongoServer()] : [];
const connected = nats && mongo && { NATS_URL: nats.url, MONGO_URL: new URL("bench", `${mongo.url}/`).href };
const keeper = connected && startProcess({ ...common, ...connected, SERVICES: "jobs,events,sessions,keys" });

async function kindOf(name: string, perMinute: string): Promise<Kind> {
  const ofCluster = connected && { ...connected, SERVICES: "api,detector" };
  const service = await startService({ ...common, ...ofCluster, REQUESTS_PER_MINUTE: perMinute });
  const client = new KeyClient(service.url);
  while ((await client.get("/v1/keys", asAdmin)).status !== 200) await new Promise((done) => setTimeout(done, 100));
  const { key } = await client.key();
  const place = join(folder, name);
  mkdirSync(place);
  return { service, script: writeScript(place, goldenImages(), 1, "/process", bearer(key)) };
}

const kinds = [await kindOf("without", "0"), await kindOf("with", "600000")] as const;
await compare(...kinds, { rounds, seconds, connections });
for (const { service } of kinds) await service.stop();
await keeper?.stop();
await nats?.stop();
await mongo?.stop();
