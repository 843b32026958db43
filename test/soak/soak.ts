/**
 * One service as `npm start` runs it, under mixed traffic for as long as one likes; it is killed now and then in the
 * first half. At the end all that was acknowledged must exist, and memory and handles must have levelled off.
 *
 *   node scripts/run.mjs node test/soak/soak.ts --minutes 60 [--seed 1] [--folder DIR]
 *
 * The folder gets `soak.csv`, `soak.svg` and `faults.txt`. Exits with 1 if something is wrong. Linux.
 */
import { mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { documentedBy } from "../hostile/rules/answers.ts";
import { modelsDir } from "../support/model-files.ts";
import { Random } from "../support/random.ts";
import { startReceiver } from "../support/receiver.ts";
import { childOf, supervise } from "../support/supervised.ts";
import { growth, quantile } from "./bounds.ts";
import { SoakClient } from "./client.ts";
import { Ledger } from "./ledger.ts";
import { folderMiB, handlesOf, memoryMiB, type Sample, treeOf } from "./measure.ts";
import { csvOf, svgOf } from "./report.ts";
import { kinds } from "./traffic.ts";

const SAMPLE_MS = 5_000;
/** The service is killed at these parts of a run. */
const KILLS = [0.1, 0.2, 0.3, 0.4];

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "10" },
    seed: { type: "string", default: "1" },
    folder: { type: "string" },
  },
});
const seconds = 60 * Number(values.minutes);
const seed = Number(values.seed);
const folder = values.folder ?? mkdtempSync(join(tmpdir(), "sightline-soak-"));
mkdirSync(folder, { recursive: true });
const document = JSON.parse(readFileSync(join(import.meta.dirname, "../../docs/openapi.json"), "utf8"));

const receiver = await startReceiver((response) => response.end());
const service = await supervise(["services/**/*.service.ts"], {
  LOG_LEVEL: "warn",
  WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 7).toString("base64")}`,
  WEBHOOK_ALLOW_PRIVATE: "true",
  ...(modelsDir && { MODELS_DIR: modelsDir }),
});
const over = new AbortController();
const client = new SoakClient(service.url, documentedBy(document), over.signal);
const ledger = new Ledger();
const samples: Sample[] = [];
const isReady = () =>
  fetch(`${service.url}/readyz`).then(
    ({ ok }) => ok,
    () => false,
  );

try {
  while (!(await isReady())) await sleep(100);
  console.log(`The service is at ${service.url}; ${values.minutes} minutes; what is measured goes to ${folder}.`);
  const startedAt = performance.now();
  const elapsed = () => (performance.now() - startedAt) / 1000;
  const traffic = { client, ledger, seed, receiver: receiver.url, hasModels: modelsDir !== undefined };
  const all = Object.values(kinds).map((kind, index) => kind({ ...traffic, random: new Random(seed + index) }));
  const kills = [...KILLS];
  while (elapsed() < seconds) {
    await sleep(SAMPLE_MS);
    samples.push(sample(elapsed()));
    if (elapsed() > (kills[0] ?? Number.POSITIVE_INFINITY) * seconds) {
      kills.shift();
      process.kill(childOf(service.child), "SIGKILL");
    }
  }
  over.abort();
  await Promise.all(all);
  await ledger.checkAll(client, () => {
    const events = receiver.received.map(({ body }) => JSON.parse(body));
    return new Set(
      events.filter(({ data }) => !["created", "queued", "running"].includes(data.state)).map(({ subject }) => subject),
    );
  });
} finally {
  await service.stop();
  await receiver.stop();
}

const restarts = service.restarts();
const faults = [...client.faults, ...ledger.faults, ...growth(samples, seconds)];
if (restarts !== KILLS.length)
  faults.push(`the service was restarted ${restarts} times, and killed ${KILLS.length} times`);
writeFileSync(join(folder, "soak.csv"), csvOf(samples));
writeFileSync(join(folder, "soak.svg"), svgOf(samples));
writeFileSync(join(folder, "faults.txt"), faults.join("\n"));
writeFileSync(join(folder, "service.log"), service.log());
const { jobs, sessions, collections, uploads } = ledger;
console.log({
  jobs: jobs.size,
  sessions: sessions.size,
  collections: collections.size,
  uploads: uploads.size,
  restarts,
});
console.log({ webhooks: receiver.received.length, answers: Object.fromEntries(client.answers) });
console.log(samples.at(-1));
console.log(faults.length === 0 ? "Nothing is wrong." : faults.slice(0, 50).join("\n"));
process.exitCode = faults.length === 0 ? 0 : 1;

function sample(at: number): Sample {
  const pids = treeOf(childOf(service.child));
  const times = client.times;
  client.times = [];
  const sum = (of: (pid: number) => number) => pids.reduce((total, pid) => total + of(pid), 0);
  return {
    seconds: at,
    memoryMiB: sum(memoryMiB),
    handles: sum(handlesOf),
    processes: pids.length,
    diskMiB: folderMiB(service.dataDir),
    answers: times.length,
    medianMs: quantile(times, 0.5),
    p99Ms: quantile(times, 0.99),
  };
}
