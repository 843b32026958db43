/**
 * Measures a job of the 1,465 images of `lfw-sample.tgz` in a cluster of one gateway, two job nodes and two detectors
 * of one thread, including upload and persistence, against plain OpenCV on the same images and cores in the same run.
 * Also reports the CPU time of all processes and, in a separate run, the commands to the database and the messages into
 * NATS.
 *
 *   node scripts/run.mjs node bench/cluster-job.ts [rounds] [database]
 *
 * The database is `FerretDB` or `mongo-java-server`; both by default. If CELERY_PYTHON names a Python for `celery.ts`,
 * Celery is measured in the same rounds.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import { type Cluster, startCluster } from "../test/support/cluster.ts";
import { startMongoProxy } from "../test/support/mongo-proxy.ts";
import { startMongoServers } from "../test/support/mongo-server.ts";
import { freePort } from "../test/support/service.ts";
import { startCelery } from "./celery.ts";
import { lfwJob } from "./lfw-job.ts";
import { buildPlainOpenCv, median } from "./plain-opencv.ts";

const rounds = Number(process.argv[2] ?? 5);
const only = process.argv[3]?.toLowerCase();
const LIMIT_SECONDS = 4;
/** Clock ticks of `/proc/<pid>/stat` on Linux. */
const TICKS_PER_SECOND = 100;
const folder = mkdtempSync(join(tmpdir(), "sightline-bench-"));
const job = lfwJob(folder);
const images = job.paths.length;
const plainOpenCv = buildPlainOpenCv(folder, job.paths);
const celery = process.env.CELERY_PYTHON ? await startCelery(process.env.CELERY_PYTHON, folder) : undefined;
celery?.run(job.paths);

/** CPU time of a process until now, in milliseconds. */
function cpuMs(pid: number | undefined): number {
  const [, fields = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ");
  const [user, system] = fields.split(" ").slice(11, 13).map(Number) as [number, number];
  return ((user + system) * 1000) / TICKS_PER_SECOND;
}

async function start(mongoUrl: string, monitorPort: number): Promise<{ cluster: Cluster; pids: Map<string, number> }> {
  const environment = { MONGO_URL: mongoUrl, LOG_LEVEL: "warn", VALIDATE_RESULTS: "false" };
  const natsArgs = ["-m", String(monitorPort)];
  const cluster = await startCluster({ services: "api", environment, detectors: 0, natsArgs });
  const services = "jobs,events,sessions,encodings,collections,pictures,monitor";
  const nodes = [await cluster.start(services), await cluster.start(services)];
  const detectors = [
    await cluster.start("detector", { THREADS: "1" }),
    await cluster.start("detector", { THREADS: "1" }),
  ];
  const pids = new Map<string, number>();
  const add = (name: string, child: { readonly pid?: number | undefined }) => pids.set(name, child.pid as number);
  add("api", cluster.front.process);
  for (const [n, node] of nodes.entries()) add(`jobs ${n}`, node.process);
  for (const [n, detector] of detectors.entries()) add(`detector ${n}`, detector.process);
  add("NATS", cluster.nats.process);
  return { cluster, pids };
}

for (const mongo of await startMongoServers()) {
  try {
    if (only !== undefined && !mongo.name.toLowerCase().includes(only)) continue;
    const monitorPort = await freePort();
    const proxy = await startMongoProxy(mongo.url);
    const counted = await start(proxy.url, monitorPort);
    try {
      await job.run(counted.cluster.front.url);
      const messages = async () =>
        ((await (await fetch(`http://127.0.0.1:${monitorPort}/varz`)).json()) as { in_msgs: number }).in_msgs;
      const before = { commands: proxy.sent.length, messages: await messages() };
      await job.run(counted.cluster.front.url);
      const commands = proxy.sent.slice(before.commands);
      const byName = Object.groupBy(commands, ({ name, collection }) => `${name} ${collection}`);
      for (const [name, list = []] of Object.entries(byName))
        if (list.length > 20) console.log(`  ${name}: ${(list.length / images).toFixed(3)} an image`);
      console.log(
        `${mongo.name}: ${(commands.length / images).toFixed(2)} commands to the database, ` +
          `${(((await messages()) - before.messages) / images).toFixed(2)} messages into NATS an image`,
      );
    } finally {
      await counted.cluster.stop();
      await proxy.close();
    }
    const { cluster, pids } = await start(mongo.url, await freePort());
    if (mongo.process?.pid) pids.set("database", mongo.process.pid);
    try {
      await job.run(cluster.front.url);
      const rates: number[] = [];
      const ratios: number[] = [];
      const timesCelery: number[] = [];
      for (let round = 0; round < rounds; round++) {
        const { imagesPerSecond: limit } = await plainOpenCv.measure(availableParallelism(), 1, LIMIT_SECONDS);
        const before = new Map(Array.from(pids, ([name, pid]) => [name, cpuMs(pid)]));
        const rate = images / (await job.run(cluster.front.url));
        const cpu = Array.from(pids, ([name, pid]) => [name, (cpuMs(pid) - (before.get(name) ?? 0)) / images] as const);
        const total = cpu.reduce((sum, [, ms]) => sum + ms, 0);
        if (celery) timesCelery.push((rate * celery.run(job.paths)) / images);
        rates.push(rate);
        ratios.push(rate / limit);
        const parts = cpu.map(([name, ms]) => `${name} ${ms.toFixed(2)}`).join(", ");
        console.log(
          `${mongo.name}: limit ${limit.toFixed(0)}, job ${rate.toFixed(0)} images/s: ${(rate / limit).toFixed(2)}; ` +
            `CPU ms an image ${total.toFixed(2)} (${parts})`,
        );
      }
      console.log(
        `${mongo.name}, median: ${median(rates).toFixed(0)} images/s, ${median(ratios).toFixed(2)} of the limit` +
          (celery ? `, ${median(timesCelery).toFixed(2)} times Celery` : ""),
      );
    } finally {
      await cluster.stop();
    }
  } finally {
    await mongo.stop();
  }
}
await celery?.stop();
rmSync(folder, { recursive: true });
