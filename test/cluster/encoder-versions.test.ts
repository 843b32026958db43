/** Nodes of which one has another version of the encoder, as while the nodes are replaced one after the other. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { type Cluster, startCluster } from "../support/cluster.ts";
import { type EncoderStub, startEncoderStub, vectorOf } from "../support/encoder-stub.ts";
import { blackPng } from "../support/images.ts";
import { form, JobClient } from "../support/job-client.ts";

let stub: EncoderStub;
let cluster: Cluster;
let client: JobClient;
beforeAll(async () => {
  stub = await startEncoderStub();
  const environment = { ENCODER_URL: stub.url, LOG_LEVEL: "warn" };
  cluster = await startCluster({ detectors: 0, environment });
  for (const version of ["v1", "v2"])
    await cluster.start("encodings,collections", { ...environment, ENCODER_VERSION: version });
  client = new JobClient(cluster.front.url);
});
afterAll(async () => {
  await cluster?.stop();
  await stub?.close();
});

const image = blackPng(20, 20);
const encodings = { first: { encoding: vectorOf(image) }, second: { encoding: vectorOf(image) } };
const uploads = [image, blackPng(21, 20)].map((bytes, index) => ({ name: `${index}.png`, bytes }));

it("images that different versions have encoded are not compared", async () => {
  const versions = async () => {
    const answers = [];
    for (let asked = 0; asked < 4; asked++) answers.push(await client.postJson("/v1/compare", encodings));
    return new Set(answers.map(({ body }) => body.version));
  };
  await expect.poll(versions).toEqual(new Set(["v1", "v2"]));
  // The two images go to the two nodes in turn.
  expect(await client.post("/v1/compare", form(uploads))).toMatchObject({
    status: 503,
    body: { code: "MODEL_UNAVAILABLE", detail: expect.stringMatching(/v1 and v2|v2 and v1/) },
  });
});
