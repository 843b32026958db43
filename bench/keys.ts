/**
 * Measures the cost of a key: `POST /process` with and without one, in turns, on one service.
 *
 *   node scripts/run.mjs node bench/keys.ts [rounds] [seconds] [connections]
 *
 * Needs `wrk` (Debian). Compares the service's CPU time for a request, which other work on the machine disturbs less
 * than the throughput, and the throughput.
 */
import { mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ADMIN_KEY, bearer, KeyClient } from "../test/support/key-client.ts";
import { startService } from "../test/support/service.ts";
import { goldenImages } from "../test/support/shared-data.ts";
import { compare, type Kind } from "./interleaved.ts";
import { writeScript } from "./wrk-script.ts";

const [rounds = 9, seconds = 2, connections = 8] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), "sightline-bench-"));
const service = await startService({ AUTH: "off", ADMIN_KEY, LOG_LEVEL: "warn" });
const { key } = await new KeyClient(service.url).key();

function scriptFor(name: string, headers: Record<string, string>): string {
  const place = join(folder, name);
  mkdirSync(place);
  return writeScript(place, goldenImages(), 1, "/process", headers);
}
const kinds = [scriptFor("without", {}), scriptFor("with", bearer(key))] as const;
const [without, given] = kinds.map((script) => ({ service, script })) as [Kind, Kind];
await compare(without, given, { rounds, seconds, connections });
await service.stop();
