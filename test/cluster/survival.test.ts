/**
 * A cluster whose parts are killed, stopped and restarted under load: nodes of all kinds, NATS and the database. At the
 * end nothing that was accepted is lost, done twice or left behind, and clients saw only what is documented. The long
 * form (FAULT_TEST=long) lasts three minutes.
 */
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { isErrorCode } from "../../lib/errors.ts";
import { InsistentClient } from "../support/insistent-client.ts";
import { golden, JobClient } from "../support/job-client.ts";
import { type Accepted, expectAllDone, expectCountedActivity, expectWholeLog } from "../support/outcomes.ts";
import { Random } from "../support/random.ts";
import { type SupervisedCluster, startSupervisedCluster } from "../support/supervised-cluster.ts";

const isLong = process.env.FAULT_TEST === "long";
const DURATION_MS = isLong ? 180_000 : 30_000;
const FINISH_MS = 120_000;
const STALL_MS = 8_000;
const CLIENTS = 3;
const isVerbose = process.env.FAULT_VERBOSE !== undefined;
const seed = Number(process.env.FAULT_SEED ?? 20_261);

let cluster: SupervisedCluster | undefined;
beforeAll(async () => {
  // Leases short enough to run out many times during the test.
  cluster = await startSupervisedCluster({ LEASE_MS: "5000", IMAGE_TIMEOUT_MS: "10000" });
}, 600_000);
afterAll(() => cluster?.stop(), 60_000);

describe("a cluster that is ill-treated", () => {
  it("finishes every job it accepted", { timeout: DURATION_MS + FINISH_MS + 120_000 }, async (context) => {
    if (!cluster) return context.skip("no database");
    const { url, nats, mongo, nodes } = cluster;
    const client = new JobClient(url);
    const insistent = new InsistentClient(client);
    const until = Date.now() + DURATION_MS;
    const accepted: Accepted[] = [];
    const random = new Random(seed);
    const run = randomUUID();

    const submitting = Array.from({ length: CLIENTS }, async (_, number) => {
      const choose = new Random(seed + 1 + number);
      for (let job = 0; Date.now() < until; job++) {
        const images = Array.from({ length: choose.integer(1, 8) }, () => choose.pick(golden));
        accepted.push(await insistent.submit(`${run}-${number}-${job}`, images));
        await sleep(50);
      }
    });
    const processing = (async () => {
      while (Date.now() < until) {
        const answer = await insistent.send("/process", golden);
        // Whole answers are right, whatever happened; an image alone may have met a documented error.
        for (const [index, image] of (answer?.images ?? []).entries()) {
          if (!image.problem) expect(image.faces).toEqual(golden[index]?.faces);
          else if (!isErrorCode(image.problem.code)) insistent.undocumented.push(JSON.stringify(image.problem));
        }
        await sleep(100);
      }
    })();

    const faults: string[] = [];
    const trace = (what: string) => isVerbose && console.log(new Date().toISOString(), what, accepted.length);
    const stalls: Promise<void>[] = [];
    // A database that would lose its data is left alone.
    const restarts = [() => nats.restart("SIGKILL"), async () => mongo.keepsData && mongo.restart("SIGKILL")];
    while (Date.now() < until) {
      await sleep(random.integer(2_000, 5_000));
      const kind = random.integer(0, 9);
      const node = random.pick(nodes);
      if (kind === 0) {
        faults.push("nats");
        await restarts[0]?.();
      } else if (kind === 1) {
        faults.push("mongo");
        await restarts[1]?.();
      } else if (kind < 4) {
        faults.push(`stall ${node.name}`);
        stalls.push(node.stall(STALL_MS));
      } else {
        faults.push(`kill ${node.name}`);
        await node.kill();
      }
      trace(faults.at(-1) ?? "");
    }
    // In the short form chance may have spared them.
    for (const restart of restarts) await restart();
    await Promise.all(stalls);
    trace("faults are over");
    await Promise.all([...submitting, processing]);
    await cluster.whenReady(2);

    trace("load is over");
    const deadline = Date.now() + FINISH_MS;
    const ids: string[] = [];
    for (const { id } of accepted) {
      while ((await client.job(id)).finishedAt === undefined && Date.now() < deadline) await sleep(200);
      ids.push(id);
    }
    trace("jobs are over");
    const lostAttempts = await expectAllDone(client, accepted, ids);
    await expectWholeLog(client, accepted);
    await expectCountedActivity(client);
    expect(await client.deadLetters()).toEqual([]);
    const { answers, undocumented } = insistent;
    if (undocumented.length > 0) console.error(nodes.flatMap((node) => node.errors()).join("\n"));
    expect(undocumented).toEqual([]);
    console.info({ seed, jobs: accepted.length, lostAttempts, faults, answers: Object.fromEntries(answers) });
  });
});
