/**
 * The service under `kill -9`: clients send jobs, the process is killed again and again, and at the end nothing that
 * was accepted is lost, done twice or left behind. The long form (CRASH_TEST=long) is the one the product is judged by.
 */
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, it } from "vitest";
import { BREAKABLE_SERVICES } from "../support/breakable-service.ts";
import { golden, JobClient } from "../support/job-client.ts";
import { type Accepted, expectAllDone, expectWholeLog, submit } from "../support/outcomes.ts";
import { Random } from "../support/random.ts";
import { freePort, type RunningService, startService, temporaryFolder } from "../support/service.ts";

const isLong = process.env.CRASH_TEST === "long";
const {
  jobs: JOBS,
  kills: KILLS,
  timeout,
} = isLong ? { jobs: 300, kills: 30, timeout: 600_000 } : { jobs: 60, kills: 6, timeout: 300_000 };
const CLIENTS = 4;
const seed = Number(process.env.CRASH_SEED ?? 20_260);

const [dataDir, folder] = [temporaryFolder(), temporaryFolder()];
const control = join(folder, "control");
let service: RunningService;
afterAll(async () => {
  await service?.stop();
  for (const path of [dataDir, folder]) rmSync(path, { recursive: true, force: true });
});

it(`${JOBS} jobs survive ${KILLS} kills`, { timeout }, async () => {
  const random = new Random(seed);
  // One port for all lives of the service, so that clients find it again. Attempts are lost to kills, not to images.
  const environment = {
    ...{ DATA_DIR: dataDir, PORT: String(await freePort()) },
    ...{ SIGHTLINE_TEST_CONTROL: control, MAX_ATTEMPTS: "100" },
  };
  // There is work at each kill, however fast the machine is.
  writeFileSync(control, "slow 50");
  service = await startService(environment, BREAKABLE_SERVICES);
  const url = `http://127.0.0.1:${environment.PORT}`;
  const client = new JobClient(url);

  const accepted: Accepted[] = [];
  let sent = 0;
  const clients = Promise.all(
    Array.from({ length: CLIENTS }, (_, number) => feed(client, new Random(seed + 1 + number))),
  );

  async function feed(to: JobClient, choose: Random) {
    while (sent < JOBS) {
      const number = sent++;
      const images = Array.from({ length: choose.integer(1, 10) }, () => choose.pick(golden));
      accepted.push({ id: await submit(to, `job-${number}`, images), images });
      // Spread over the lives of the service: no client sends all it has between two kills.
      const kill = (accepted.length / JOBS) * KILLS;
      while (kills < Math.min(kill, KILLS) - 1) await sleep(20);
    }
  }

  let kills = 0;
  const startedAt = performance.now();
  let longestStart = 0;
  while (kills < KILLS) {
    await sleep(random.next() * 400);
    await service.kill();
    kills++;
    const from = performance.now();
    // Some lives end before they are ready.
    if (random.chance(0.2)) {
      service = await startService(environment, BREAKABLE_SERVICES, isListening);
      await sleep(random.next() * 100);
      await service.kill();
      kills++;
    }
    service = await startService(environment, BREAKABLE_SERVICES);
    longestStart = Math.max(longestStart, performance.now() - from);
  }
  await clients;
  rmSync(control);
  expect(accepted).toHaveLength(JOBS);

  const finished = await Promise.all(accepted.map(({ id }) => client.finished(id)));
  const lostAttempts = await expectAllDone(
    client,
    accepted,
    finished.map(({ id }) => id),
  );
  // Otherwise the kills met nobody at work.
  expect(lostAttempts).toBeGreaterThan(0);
  await expectWholeLog(client, accepted);
  expect(await client.jobs("limit=1000")).toHaveLength(JOBS);
  expect(await client.deadLetters()).toEqual([]);
  await expect.poll(() => readdirSync(join(dataDir, "blobs"))).toEqual([".incoming"]);
  expect(readdirSync(join(dataDir, "blobs", ".incoming"))).toEqual([]);

  const images = accepted.reduce((sum, { images }) => sum + images.length, 0);
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  console.info({ seed, jobs: JOBS, images, kills, lostAttempts, seconds, longestStartMs: Math.round(longestStart) });
});

/** Answers at all, with whatever: models may not be warm, jobs not recovered. */
const isListening = () => true;
