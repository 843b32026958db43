/**
 * What images cost on the network where a node keeps them on its disk. `whole.test.ts` has what they cost elsewhere.
 */
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Cluster, startCluster } from "../support/cluster.ts";
import { doJob, doProcess, expectTimes, images, lookAtImages, trafficOf } from "../support/image-traffic.ts";
import { JobClient } from "../support/job-client.ts";
import { freePort, startService } from "../support/service.ts";

const SERVICES = "api,jobs,pictures,events,monitor,sessions,keys,encodings,collections";

let monitorPort: number;
let cluster: Cluster;
beforeAll(async () => {
  monitorPort = await freePort();
  const natsArgs = ["--http_port", String(monitorPort)];
  cluster = await startCluster({ services: SERVICES, detectors: 1, natsArgs });
});
afterAll(() => cluster.stop());

it("its own gateway stores them there, and a detector gets them from it", async () => {
  const client = new JobClient(cluster.front.url);
  expectTimes(1, await trafficOf(monitorPort, () => doJob(client)));
  expectTimes(1, await trafficOf(monitorPort, () => doProcess(client)));
});

it("another gateway and a detector reach them through it", async () => {
  const gateway = await startService({ NATS_URL: cluster.nats.url, SERVICES: "api" });
  const client = new JobClient(gateway.url);
  await expect.poll(async () => (await client.get("/v1/jobs")).status).toBe(200);
  expectTimes(2, await trafficOf(monitorPort, () => doJob(client)));
  expectTimes(1, await trafficOf(monitorPort, () => doProcess(client)));
  const { id } = await client.create(images, "?execute=false");
  expectTimes(1, await trafficOf(monitorPort, () => lookAtImages(client, id)));
  expect(await gateway.stop()).toBe(0);
});
