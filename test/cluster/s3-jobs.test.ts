/** Jobs whose images are in a bucket: on one machine and in a cluster. */
import { rmSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Bucket } from "../../lib/backends/s3/bucket.ts";
import { badFile, form, golden, JobClient, manyGolden } from "../support/job-client.ts";
import { type Accepted, expectAllDone, expectWholeLog, submit } from "../support/outcomes.ts";
import { pace } from "../support/pace.ts";
import { answerOf, openPost } from "../support/raw-request.ts";
import { hasS3Server, S3_SECRET, type S3Server, startS3Server } from "../support/s3-server.ts";
import { freePort, type RunningService, startProcess, startService, temporaryFolder } from "../support/service.ts";
import { type SupervisedCluster, startSupervisedCluster } from "../support/supervised-cluster.ts";

let server: S3Server;
let bucket: Bucket;
beforeAll(async () => {
  if (!hasS3Server) return;
  server = await startS3Server();
  const { S3_ENDPOINT: endpoint = "", S3_BUCKET: name = "" } = server.settings();
  const credentials = async () => ({ accessKeyId: "test", secretAccessKey: S3_SECRET });
  bucket = new Bucket({ endpoint, bucket: name, region: "us-east-1", credentials });
});
afterAll(async () => {
  bucket?.close();
  await server?.stop();
});

const keys = async () => (await bucket.list("")).objects.map(({ key }) => key);

describe.skipIf(!hasS3Server)("on one machine", () => {
  const dataDir = temporaryFolder();
  let environment: NodeJS.ProcessEnv;
  let service: RunningService;
  let client: JobClient;
  beforeAll(async () => {
    environment = { ...server.settings(), DATA_DIR: dataDir, PORT: String(await freePort()), LOG_LEVEL: "debug" };
    service = await startService(environment);
    client = new JobClient(service.url);
  });
  afterAll(async () => {
    expect(service.log.join("\n")).not.toContain(S3_SECRET);
    await service.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });

  it("images are in the bucket until their job has succeeded, or is deleted", async () => {
    const { id } = await client.create(manyGolden(40), "?execute=false");
    expect((await keys()).map((key) => key.replace(/[^/]+$/, ""))).toEqual(
      Array(2).fill(expect.stringMatching(new RegExp(`^sightline/machine.[0-9a-f-]{36}/${id}/packs/$`))),
    );
    const picture = await fetch(`${service.url}/v1/jobs/${id}/images/39/picture`);
    expect(Buffer.from(await picture.arrayBuffer())).toEqual(Buffer.from(golden[4]?.bytes ?? []));
    await client.post(`/v1/jobs/${id}/execute`);
    expect(await client.finished(id)).toMatchObject({ state: "succeeded", images: { done: 40 } });
    await expect.poll(keys).toEqual([]);

    const kept = await client.create([...golden.slice(0, 1), badFile]);
    await client.finished(kept.id);
    expect(await keys()).toHaveLength(1);
    expect((await client.send("DELETE", `/v1/jobs/${kept.id}`)).status).toBe(204);
    expect(await keys()).toEqual([]);
  });

  it("a job waits while the bucket is away, and loses nothing", async () => {
    const { id } = await client.create(manyGolden(70), "?execute=false");
    await server.kill();
    await client.post(`/v1/jobs/${id}/execute`);
    await expect.poll(async () => (await client.results(id)).some(({ attempts }) => attempts > 0)).toBe(true);
    const refused = await client.post("/v1/jobs", form(golden));
    expect(refused).toMatchObject({ status: 503, body: { code: "STORE_UNAVAILABLE" } });
    expect(refused.headers.get("Retry-After")).not.toBeNull();
    expect(await client.job(id)).toMatchObject({ images: { failed: 0, done: 0 } });
    // What needs no bucket goes on.
    expect((await client.post("/process", form(golden))).status).toBe(200);
    await server.start();
    expect(await client.finished(id)).toMatchObject({ state: "succeeded" });
    expect((await client.results(id)).map(({ result }) => result?.faces)).toEqual(
      manyGolden(70).map(({ faces }) => faces),
    );
  });

  it("what an upload left behind that a kill cut off is gone after the next start", async () => {
    const before = await keys();
    const socket = await openPost(service.url, "/v1/jobs", {
      "Content-Type": "multipart/form-data; boundary=b",
      "Content-Length": "100000000",
    });
    const answer = answerOf(socket).catch(() => undefined);
    const part = Buffer.from('--b\r\nContent-Disposition: form-data; name="images"; filename="a.jpg"\r\n\r\n');
    for (let n = 0; n < 5; n++) socket.write(Buffer.concat([part, Buffer.alloc(600_000, n), Buffer.from("\r\n")]));
    await expect.poll(async () => (await keys()).some((key) => !before.includes(key))).toBe(true);
    await service.kill();
    await answer;
    service = await startService(environment);
    // The images of jobs that have just ended may go at any time.
    expect((await keys()).filter((key) => !before.includes(key))).toEqual([]);
  });

  it("starts once the bucket is there, and says what it waits for", async () => {
    await service.stop();
    await server.kill();
    const waiting = startProcess(environment);
    await expect.poll(() => waiting.log.join("\n")).toContain("Waiting for S3");
    service = { ...waiting, url: service.url };
    await server.start();
    const status = () =>
      fetch(`${service.url}/readyz`).then(
        (response) => response.status,
        () => 0,
      );
    await expect.poll(status).toBe(200);
  });
});

describe.skipIf(!hasS3Server)("in a cluster", { timeout: 180_000 }, () => {
  let cluster: SupervisedCluster | undefined;
  let client: JobClient;
  beforeAll(async () => {
    // What the killed node held is done soon by the other.
    const times = { LEASE_MS: "5000", IMAGE_TIMEOUT_MS: "10000" };
    const environment = { ...server.settings(), ...times, CLUSTER_NAME: "several" };
    cluster = await startSupervisedCluster(environment, { areTogether: true });
    if (cluster) client = new JobClient(cluster.url);
  }, 600_000);
  afterAll(() => cluster?.stop());

  it("jobs survive kills of the bucket and of a node, each image done once", async (context) => {
    if (!cluster) return context.skip("no database");
    const { nodes } = cluster;
    const accepted: Accepted[] = [];
    let sent = 0;
    let isOver = false;
    const clients = Promise.all(
      Array.from({ length: 2 }, async () => {
        while (!isOver) {
          const images = manyGolden(1 + (sent % 4));
          accepted.push({ id: await submit(client, `job-${sent++}`, images), images });
          await pace();
        }
      }),
    );
    for (const victim of ["bucket", "jobs 1", "bucket"]) {
      const before = accepted.length;
      await expect.poll(() => accepted.length).toBeGreaterThan(before + 1);
      if (victim === "bucket") {
        await server.kill();
        await server.start();
      } else await nodes.find(({ name }) => name === victim)?.kill();
    }
    isOver = true;
    await clients;
    const ids = accepted.map(({ id }) => id);
    for (const id of ids) expect(await client.finished(id)).toMatchObject({ state: "succeeded" });
    await expectAllDone(client, accepted, ids);
    await expectWholeLog(client, accepted);
    // What could not be deleted while the bucket was away waits for the daily search: of uploads that were refused, and
    // of jobs that are over. No object is anywhere else.
    for (const key of (await keys()).filter((key) => !key.startsWith("sightline/"))) {
      const [folder, id = ""] = key.split("/");
      expect(folder).toBe("several");
      const { status, body } = await client.get(`/v1/jobs/${id}`);
      expect(status === 404 || body.state === "succeeded").toBe(true);
    }
    for (const { current } of nodes) expect(current.log.join("\n")).not.toContain(S3_SECRET);
  });
});
