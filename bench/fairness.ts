/**
 * Measures how long a single image of one owner waits while 140 jobs of another owner are waiting, in a cluster of one
 * gateway, two job nodes and two detectors of one thread.
 *
 *   node scripts/run.mjs node bench/fairness.ts [jobs] [images of a job] [database]
 */
import { startCluster } from "../test/support/cluster.ts";
import { golden, JobClient } from "../test/support/job-client.ts";
import { startMongoServers } from "../test/support/mongo-server.ts";
import { median } from "./plain-opencv.ts";

const jobs = Number(process.argv[2] ?? 140);
const imagesOfJob = Number(process.argv[3] ?? 50);
const only = process.argv[4]?.toLowerCase();
const SINGLES = 10;

for (const mongo of await startMongoServers()) {
  try {
    if (only !== undefined && !mongo.name.toLowerCase().includes(only)) continue;
    const environment = { MONGO_URL: mongo.url, LOG_LEVEL: "warn", VALIDATE_RESULTS: "false" };
    const cluster = await startCluster({ services: "api", environment, detectors: 0 });
    try {
      for (let node = 0; node < 2; node++) await cluster.start("jobs,events,sessions,encodings,collections,pictures");
      for (let detector = 0; detector < 2; detector++) await cluster.start("detector", { THREADS: "1" });
      const client = new JobClient(cluster.front.url);
      const session = async () => ({ key: (await client.get("/session")).body.key as string });
      const [busy, other] = [await session(), await session()];
      const images = Array.from({ length: imagesOfJob }, (_, n) => golden[n % golden.length]).flatMap(
        (one) => one ?? [],
      );
      const single = async () => {
        const startedAt = performance.now();
        const form = new FormData();
        form.append("images", new Blob([golden[0]?.bytes ?? new Uint8Array()]), "a.jpg");
        const { body } = await client.post("/v1/jobs", form, other);
        await client.get(`/v1/jobs/${body.id}/results?wait=60&limit=1`, other);
        return (performance.now() - startedAt) / 1000;
      };
      const alone = [];
      for (let n = 0; n < SINGLES; n++) alone.push(await single());
      const form = () => {
        const data = new FormData();
        for (const { bytes } of images) data.append("images", new Blob([bytes]), "a.jpg");
        return data;
      };
      await Promise.all(Array.from({ length: jobs }, () => client.post("/v1/jobs", form(), busy)));
      const waits = [];
      for (let n = 0; n < SINGLES; n++) waits.push(await single());
      const { items } = (await client.get("/v1/jobs?state=queued,running&limit=100", busy)).body;
      console.log(
        `${mongo.name}: alone ${median(alone).toFixed(2)} s; with ${jobs} jobs of another owner median ` +
          `${median(waits).toFixed(2)} s, most ${Math.max(...waits).toFixed(2)} s; ${items.length} of these jobs left`,
      );
    } finally {
      await cluster.stop();
    }
  } finally {
    await mongo.stop();
  }
}
