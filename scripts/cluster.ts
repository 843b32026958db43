/**
 * `npm run cluster`: a whole cluster on this machine. Starts NATS, a server that speaks MongoDB's protocol, a gateway,
 * two nodes for jobs and two detectors, runs images through all of it and shows the nodes. With `--once` it then
 * exits; otherwise it stays up until Ctrl-C and restarts nodes that exit.
 */
import { globSync, openAsBlob } from "node:fs";
import { availableParallelism } from "node:os";
import { basename, join, resolve } from "node:path";
import { Command } from "commander";
import { guardOutput } from "../cli/plain-output.ts";
import { SightlineClient } from "../client/index.ts";
import type { Node } from "../lib/contracts/monitor.ts";
import { startSupervisedCluster } from "../test/support/supervised-cluster.ts";

guardOutput();
const { once } = new Command("npm run cluster --")
  .description(
    "Start a cluster on this machine, to try it out: NATS, a database, a gateway, two nodes for jobs, two detectors.",
  )
  .option("--once", "process the sample images, show the nodes and stop")
  .addHelpText(
    "after",
    "\nPORT is the gateway's port, 8080 by default. Models are those of MODELS_DIR. The data are deleted when the cluster stops.",
  )
  .parse()
  .opts<{ once?: true }>();

const paths = globSync(join(import.meta.dirname, "../test-data/samples/*.{png,jpg}")).sort();
const threads = Math.max(1, Math.floor(availableParallelism() / 2));
const { PORT, DATA_DIR, MODELS_DIR } = process.env;
// Each node has a data folder of its own, but the models are those that were pulled for this checkout.
const modelsDir = resolve(MODELS_DIR || join(DATA_DIR || "data", "models"));
const cluster = await startSupervisedCluster(
  { LOG_LEVEL: "warn", PORT: PORT || "8080", MODELS_DIR: modelsDir },
  { threads },
);
if (!cluster) process.exit(1);
const client = new SightlineClient({ url: cluster.url });

const asked = Promise.withResolvers<void>();
// SIGHUP, of a terminal that was closed, does not end a NATS server: it reads its configuration again.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => asked.resolve());
try {
  const images = paths.map(async (path) => ({ fileName: basename(path), content: await openAsBlob(path) }));
  const { id } = await client.jobs.create(await Promise.all(images));
  const job = await client.jobs.finished(id);
  const results = await Array.fromAsync(client.jobs.results(id));
  console.table(
    results.map(({ fileName, result, attempts }) => ({
      image: fileName,
      "faces [x, y, width, height]": JSON.stringify(result?.faces),
      attempts,
    })),
  );
  console.log(`Job ${id}: ${job.state}.`);
  const nodes = (await (await fetch(`${cluster.url}/v1/nodes`)).json()) as { items: Node[] };
  console.table(
    nodes.items.map(({ id: node, services, detector }) => ({
      node,
      services: services.join(", "),
      threads: detector?.threads ?? "",
    })),
  );
  if (!once) {
    // The addresses have no full stop after them, so that they can be copied.
    console.log(`NATS:      ${cluster.nats.url}\nDatabase:  ${cluster.mongo.url}\nGateway:   ${cluster.url}`);
    console.log(`Dashboard: ${cluster.url}/dashboard\nCtrl-C stops the cluster and deletes its data.`);
    await asked.promise;
  }
} finally {
  await cluster.stop();
}
