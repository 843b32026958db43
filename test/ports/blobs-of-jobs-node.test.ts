/** The blobs of a node that has the service `jobs`, as another node sees them. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ServiceBroker } from "moleculer";
import { afterAll, beforeAll, expect, test } from "vitest";
import { blobsOfJobsNode } from "../../lib/backends/blobs-of-jobs-node.ts";
import { FileBlobStore } from "../../lib/backends/files/blob-store.ts";
import { config } from "../../lib/config.ts";
import type { ImageReference } from "../../lib/contracts/image-source.ts";
import { clusterOptions } from "../../lib/transport/broker-options.ts";
import brokerOptions from "../../moleculer.config.ts";
import jobs from "../../services/jobs.service.ts";
import { type NatsServer, startNatsServer } from "../support/nats-server.ts";
import { blobStoreConformance } from "./blob-store.conformance.ts";

let nats: NatsServer;
let near: ServiceBroker;
let far: ServiceBroker;
let store: FileBlobStore;

function node(nodeID: string): ServiceBroker {
  const options = { ...brokerOptions, ...clusterOptions({ ...config, natsUrl: nats.url }) };
  return new ServiceBroker({ ...options, nodeID, logger: false, skipProcessEventRegistration: true });
}

beforeAll(async () => {
  nats = await startNatsServer();
  near = node("near");
  far = node("far");
  const { storeImage, loadImage } = jobs.actions ?? {};
  // The real actions over a store of the test's.
  far.createService({
    name: "jobs",
    actions: { storeImage: storeImage as object, loadImage: loadImage as object },
    created(this: object) {
      Object.defineProperty(this, "node", { get: () => ({ backends: { blobs: store } }) });
    },
  });
  await Promise.all([near.start(), far.start()]);
  await near.waitForServices("jobs", 100_000);
});
afterAll(async () => {
  await Promise.all([near.stop(), far.stop()]);
  await nats.stop();
});

blobStoreConformance("of another node", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sightline-blobs-"));
  store = await FileBlobStore.open(folder);
  const port = () => ({
    ...blobsOfJobsNode(near),
    sync: (jobId: string) => store.sync(jobId),
    has: (reference: ImageReference) => store.has(reference),
    delete: (jobId: string) => store.delete(jobId),
    hasAny: (jobId: string) => store.hasAny(jobId),
    isOlderThan: (...age: Parameters<typeof store.isOlderThan>) => store.isOlderThan(...age),
    jobIds: () => store.jobIds(),
  });
  return {
    port: port(),
    async reopen() {
      store = await FileBlobStore.open(folder);
      return port();
    },
    close: async () => rmSync(folder, { recursive: true }),
  };
});

test("without that node the image is not gone, but its store is away", async () => {
  const alone = new ServiceBroker({ ...brokerOptions, nodeID: "alone", logger: false });
  await alone.start();
  const away = blobsOfJobsNode(alone).get({ jobId: "a", sha256: "0".repeat(64) });
  await expect(away).rejects.toMatchObject({ type: "STORE_UNAVAILABLE" });
  await alone.stop();
});
