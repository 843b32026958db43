/**
 * Power failures at random moments: everything that was acknowledged is there, and every event that was read.
 *
 *   POWER_CUTS=200 node scripts/run.mjs vitest run test/power-cut     the long form
 *   POWER_CUT_SEED=1 …                                                 chooses again what was chosen at random
 */
import { afterAll, beforeAll, expect, test } from "vitest";
import { form, golden, JobClient, manyGolden, type NamedFile, type SequencedEvent } from "../support/job-client.ts";
import { Random } from "../support/random.ts";
import { startService } from "../support/service.ts";
import { UnreliableDisk } from "./disk.ts";

const CUTS = Number(process.env.POWER_CUTS ?? 5);
const seed = Number(process.env.POWER_CUT_SEED ?? Date.now() % 1e6);
const random = new Random(seed);
const CLIENTS = 3;
const MOST_JOBS = 12;
const MOST_IMAGES = 6;

/** An image that is in work at every failure must not be given up as the one that causes them. */
const LIFE = { LOG_LEVEL: "error", MAX_ATTEMPTS: "100" };

let disk: UnreliableDisk;
beforeAll(() => {
  disk = new UnreliableDisk();
});
afterAll(() => disk.remove());

/** What clients know, over all failures. */
const accepted = new Map<string, number>();
const staged = new Map<string, number>();
const seen = new Map<number, string>();

/** So large that it gets a file of its own. Decoders ignore what follows the image. */
const large = ({ name, bytes }: NamedFile): NamedFile => ({
  name,
  bytes: Buffer.concat([bytes, Buffer.alloc(300_000)]),
});

async function submitJobs(client: JobClient, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const count = random.integer(1, MOST_IMAGES);
    const isStaged = random.chance(0.3);
    const path = isStaged ? "/v1/jobs?execute=false" : "/v1/jobs";
    const files = random.chance(0.2) ? manyGolden(count).map(large) : manyGolden(count);
    const answer = await client.post(path, form(files)).catch(() => undefined);
    if (answer === undefined) return;
    expect(answer.status).toBe(isStaged ? 201 : 202);
    (isStaged ? staged : accepted).set(answer.body.id, count);
  }
}

async function readEvents(client: JobClient, signal: AbortSignal): Promise<void> {
  for (let after = Math.max(0, ...seen.keys()); !signal.aborted; ) {
    const answer = await client.get(`/v1/events?after=${after}&limit=1000`).catch(() => undefined);
    if (answer === undefined) return;
    for (const event of answer.body.items as SequencedEvent[]) seen.set(event.sequence, JSON.stringify(event));
    after = answer.body.next;
  }
}

async function untilCut(): Promise<void> {
  const service = await startService({ ...LIFE, ...disk.environment });
  const client = new JobClient(service.url);
  const over = new AbortController();
  const clients = Array.from({ length: CLIENTS }, () => submitJobs(client, over.signal));
  const reader = readEvents(client, over.signal);
  // After some work and not some time, in which a busy machine may do none.
  const jobs = accepted.size + staged.size + random.integer(1, MOST_JOBS);
  await expect.poll(() => accepted.size + staged.size, { interval: 1 }).toBeGreaterThanOrEqual(jobs);
  await service.kill();
  over.abort();
  await Promise.all([...clients, reader]);
  disk.cut();
}

test(
  `${CUTS} power failures lose nothing that was acknowledged, and no event that was read`,
  async () => {
    console.info({ seed });
    for (let cut = 0; cut < CUTS; cut++) await untilCut();
    expect(accepted.size + staged.size).toBeGreaterThanOrEqual(CUTS);
    expect(seen.size).toBeGreaterThan(0);

    const service = await startService({ ...LIFE, ...disk.environment });
    const client = new JobClient(service.url);
    try {
      for (const [id, count] of staged) {
        expect(await client.job(id)).toMatchObject({ state: "created", images: { total: count } });
        expect(await client.post(`/v1/jobs/${id}/execute`)).toMatchObject({ status: 202 });
      }
      for (const [id, count] of [...accepted, ...staged]) {
        const job = await client.finished(id);
        const results = await client.results(id);
        // With the images, so that a failure says why.
        const failed = results.filter(({ state }) => state !== "done");
        expect({ job, failed }).toMatchObject({ job: { state: "succeeded", images: { done: count } }, failed: [] });
        const faces = results.map(({ result }) => result?.faces);
        expect(faces).toEqual(Array.from({ length: count }, (_, index) => golden[index % golden.length]?.faces));
      }
      const events = await client.events();
      expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
      for (const [sequence, event] of seen) expect(JSON.stringify(events[sequence - 1])).toBe(event);
    } finally {
      await service.stop();
    }
  },
  120_000 + 60_000 * CUTS,
);
