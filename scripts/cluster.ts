/**
 * `npm run cluster`: a whole cluster on this machine. Starts NATS, a server that speaks MongoDB's protocol, a gateway,
 * two nodes for jobs and two detectors, runs images through all of it and shows the nodes. With `--once` it then
 * exits; otherwise it stays up until Ctrl-C and restarts nodes that exit.
 */
import { availableParallelism } from "node:os";
import { parseArgs } from "node:util";
import { guardOutput } from "../cli/plain-output.ts";
import type { Node } from "../lib/contracts/monitor.ts";
import { golden, JobClient } from "../test/support/job-client.ts";
import { startSupervisedCluster } from "../test/support/supervised-cluster.ts";
import { fetchGoldenImages } from "./fetch-test-data.ts";

guardOutput();
const { once = false } = parseArgs({ options: { once: { type: "boolean" } } }).values;

await fetchGoldenImages();
const threads = Math.max(1, Math.floor(availableParallelism() / 2));
const cluster = await startSupervisedCluster({ LOG_LEVEL: "warn", PORT: process.env.PORT || "8080" }, threads);
if (!cluster) process.exit(1);
const client = new JobClient(cluster.url);

const asked = Promise.withResolvers<void>();
for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => asked.resolve());
try {
  const { id } = await client.create(golden);
  const job = await client.finished(id);
  const images = await client.results(id);
  console.table(
    images.map(({ fileName, result, attempts }, index) => ({
      image: fileName,
      faces: JSON.stringify(result?.faces),
      "as expected": JSON.stringify(result?.faces) === JSON.stringify(golden[index]?.faces),
      attempts,
    })),
  );
  console.log(`Job ${id}: ${job.state}.`);
  const { body } = await client.get<{ items: Node[] }>("/v1/nodes");
  console.table(
    body.items.map(({ id: node, services, detector }) => ({
      node,
      services: services.join(", "),
      threads: detector?.threads ?? "",
    })),
  );
  console.log(`NATS is at ${cluster.nats.url}, the database at ${cluster.mongo.url}.`);
  if (!once) {
    console.log(`The cluster is up at ${cluster.url} (dashboard: ${cluster.url}/dashboard). Ctrl-C stops it.`);
    await asked.promise;
  }
} finally {
  await cluster.stop();
}
