/**
 * Three NATS servers that keep three copies of everything. Each of them in turn is killed and started again and one
 * hangs for a while, while clients submit jobs: nothing that was accepted is lost, done twice or left behind. In the
 * long form (FAULT_TEST=long), of at least three minutes, all hang in turn.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pause } from "../support/cluster.ts";
import { InsistentClient } from "../support/insistent-client.ts";
import { golden, JobClient } from "../support/job-client.ts";
import { type NatsCluster, startNatsCluster } from "../support/nats-cluster.ts";
import { type Accepted, expectAllDone, expectWholeLog } from "../support/outcomes.ts";
import { Random } from "../support/random.ts";
import { type SupervisedNodes, startSupervisedNodes } from "../support/supervised-cluster.ts";

const isLong = process.env.FAULT_TEST === "long";
const DURATION_MS = isLong ? 180_000 : 0;
const FINISH_MS = 120_000;
const AWAY_MS = 2_000;
const HANG_MS = 6_000;
const CLIENTS = 2;
/** Between two jobs of a client. What is submitted beside the jobs that the test waits for only takes time. */
const PAUSE_MS = isLong ? 200 : 600;
const isVerbose = process.env.FAULT_VERBOSE !== undefined;

let nats: NatsCluster;
let nodes: SupervisedNodes | undefined;
beforeAll(async () => {
  nats = await startNatsCluster();
  // Leases short enough to run out during the test. Attempts that count are lost to faults, not to images.
  const environment = { STREAM_REPLICAS: "3", LEASE_MS: "5000", IMAGE_TIMEOUT_MS: "20000", MAX_ATTEMPTS: "20" };
  nodes = await startSupervisedNodes(nats.url, environment, { areTogether: true });
}, 600_000);
afterAll(async () => {
  await nodes?.stop();
  await nats.stop();
});

test("jobs outlive each of three NATS servers", { timeout: 2 * DURATION_MS + 400_000 }, async (context) => {
  if (!nodes) return context.skip("no database");
  const client = new JobClient(nodes.url);
  const insistent = new InsistentClient(client);
  const accepted: Accepted[] = [];
  const run = randomUUID();
  let isOver = false;
  const submitting = Array.from({ length: CLIENTS }, async (_, number) => {
    const choose = new Random(number + 1);
    for (let job = 0; !isOver; job++) {
      const images = Array.from({ length: choose.integer(1, 8) }, () => choose.pick(golden));
      accepted.push(await insistent.submit(`${run}-${number}-${job}`, images));
      await sleep(PAUSE_MS);
    }
  });
  const more = async (jobs: number) => {
    const goal = accepted.length + jobs;
    while (accepted.length < goal) await sleep(20);
  };

  const faults = [
    ...nats.servers.map((server) => () => server.restart("SIGKILL", AWAY_MS)),
    ...nats.servers.slice(isLong ? 0 : 2).map((server) => () => pause(server, HANG_MS)),
  ];
  const until = Date.now() + DURATION_MS;
  do {
    for (const [index, fault] of faults.entries()) {
      await more(5);
      const startedAt = Date.now();
      const trace = (what: string) => isVerbose && console.log(index, what, Date.now() - startedAt, accepted.length);
      await fault();
      trace("over");
      // Of three servers one may be missing.
      await nats.whenHealthy();
      trace("healthy");
    }
  } while (Date.now() < until);
  await more(5);
  isOver = true;
  await Promise.all(submitting);

  const deadline = Date.now() + FINISH_MS;
  const ids = accepted.map(({ id }) => id);
  for (const id of ids)
    while ((await client.job(id)).finishedAt === undefined && Date.now() < deadline) await sleep(200);
  const lostAttempts = await expectAllDone(client, accepted, ids);
  await expectWholeLog(client, accepted);
  expect(await client.deadLetters()).toEqual([]);
  if (insistent.undocumented.length > 0) console.error(nodes.nodes.flatMap((node) => node.errors()).join("\n"));
  expect(insistent.undocumented).toEqual([]);
  console.info({ jobs: accepted.length, lostAttempts, answers: Object.fromEntries(insistent.answers) });
});
