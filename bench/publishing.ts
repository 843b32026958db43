/**
 * Measures how many events per second one node publishes: from MongoDB to JetStream, two for each image, in parcels of
 * 32.
 *
 *   node scripts/run.mjs node bench/publishing.ts [images]
 */
import { openCluster } from "../lib/backends/cluster.ts";
import { completeImage, startAttempt } from "../lib/jobs/transitions.ts";
import { files, later, now, queued, result } from "../test/ports/sample-jobs.ts";
import { startMongoServers } from "../test/support/mongo-server.ts";
import { startNatsServer } from "../test/support/nats-server.ts";

const images = Number(process.argv[2] ?? 9_600);
const PAGE = 500;

for (const mongo of await startMongoServers()) {
  const nats = await startNatsServer();
  const { store, log, close } = await openCluster({
    natsUrl: nats.url,
    mongoUrl: mongo.url,
    prefix: "bench",
    replicas: 1,
    leaseMs: 30_000,
    blobMaxAgeMs: 86_400_000,
    onNotice: console.log,
  });
  await store.insertJob(queued("job"), files(images));
  for (let parcel = 0; parcel < images; parcel += 32) {
    await store.updateParcel("job", parcel, (all) => all.map((image) => startAttempt(image, now)));
    await store.updateParcel("job", parcel, (all) => all.map((image) => completeImage(image, result, later)));
  }
  const startedAt = performance.now();
  let count = 0;
  for (;;) {
    const events = await store.unpublishedEvents(PAGE);
    if (events.length === 0) break;
    await log.append(events);
    await store.markPublished(events);
    count += events.length;
  }
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(`${mongo.name}: ${Math.round(count / seconds)} events a second (${count} in ${seconds.toFixed(1)} s)`);
  await close();
  await nats.stop();
  await mongo.stop();
}
