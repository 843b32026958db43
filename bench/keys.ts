/**
 * What a key costs: `POST /process` with and without one, in turns, on one service.
 *
 *   node scripts/run.mjs node bench/keys.ts [rounds] [seconds] [connections]
 *
 * Needs `wrk` (Debian). Compares the service's CPU time for a request, which other work on the machine disturbs less than
 * the throughput, and the throughput. Reports medians of the rounds and of their ratios, and the least CPU time, which other work affects least.
 */
import { mkdirSync, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ADMIN_KEY, bearer, KeyClient } from "../test/support/key-client.ts";
import { startService } from "../test/support/service.ts";
import { goldenImages } from "../test/support/shared-data.ts";
import { median } from "./plain-opencv.ts";
import { runWrk, writeScript } from "./wrk-script.ts";

const [rounds = 9, seconds = 2, connections = 8] = process.argv.slice(2).map(Number);
const folder = mkdtempSync(join(tmpdir(), "sightline-bench-"));
const service = await startService({ AUTH: "off", ADMIN_KEY, LOG_LEVEL: "warn" });
const { key } = await new KeyClient(service.url).key();

function scriptFor(name: string, headers: Record<string, string>): string {
  const place = join(folder, name);
  mkdirSync(place);
  return writeScript(place, goldenImages(), 1, "/process", headers);
}
const scripts = { without: scriptFor("without", {}), with: scriptFor("with", bearer(key)) };

/** CPU time of the service so far, in clock ticks of 10 ms: `utime` and `stime` of proc(5). */
function cpuTicks(): number {
  const fields = readFileSync(`/proc/${service.process.pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return Number(fields[11]) + Number(fields[12]);
}

async function measure(script: string) {
  const before = cpuTicks();
  const { requests, seconds: elapsed, errors } = await runWrk({ url: service.url, script, connections, seconds });
  if (errors > 0) throw new Error(`${errors} requests failed`);
  return { cpuMs: ((cpuTicks() - before) * 10) / requests, perSecond: requests / elapsed };
}

for (const script of Object.values(scripts)) await measure(script);
type Measured = Awaited<ReturnType<typeof measure>>;
const measured: { readonly without: Measured; readonly with: Measured }[] = [];
for (let round = 0; round < rounds; round++) {
  // Each comes first in every second round.
  const first = round % 2 === 0 ? "without" : "with";
  const a = await measure(scripts[first]);
  const b = await measure(scripts[first === "with" ? "without" : "with"]);
  measured.push(first === "without" ? { without: a, with: b } : { without: b, with: a });
}
const of = (name: "with" | "without", what: "cpuMs" | "perSecond") =>
  median(measured.map((round) => round[name][what]));
const least = (name: "with" | "without") => Math.min(...measured.map((round) => round[name].cpuMs));
console.table({
  "CPU time of a request, ms": {
    without: of("without", "cpuMs").toFixed(3),
    with: of("with", "cpuMs").toFixed(3),
    ratio: median(measured.map((round) => round.with.cpuMs / round.without.cpuMs)).toFixed(3),
  },
  "the least": {
    without: least("without").toFixed(3),
    with: least("with").toFixed(3),
    ratio: (least("with") / least("without")).toFixed(3),
  },
  "requests per second": {
    without: of("without", "perSecond").toFixed(0),
    with: of("with", "perSecond").toFixed(0),
    ratio: median(measured.map((round) => round.with.perSecond / round.without.perSecond)).toFixed(3),
  },
});
await service.stop();
