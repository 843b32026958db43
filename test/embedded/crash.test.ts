/** `kill -9` at random moments (`CRASH_SEED` repeats them): what was acknowledged is there, and events are whole. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openEmbedded } from "../../lib/backends/embedded.ts";
import { imageStates, jobStates } from "../../lib/contracts/job-states.ts";
import { EventPublisher } from "../../lib/jobs/event-publisher.ts";
import type { Backends } from "../../lib/ports/backends.ts";
import { Random } from "../support/random.ts";

const ROUNDS = 8;
const seed = Number(process.env.CRASH_SEED ?? Date.now() % 1e6);
const random = new Random(seed);

interface Acknowledged {
  readonly id: string;
  readonly index?: number;
  readonly sha256?: string;
  readonly state?: string;
}

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sightline-crash-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Runs the writer until it has said some random number of changes and kills it there. */
async function writeUntilKilled(prefix: string): Promise<Acknowledged[]> {
  const child = spawn(process.execPath, [join(import.meta.dirname, "writer.ts"), folder, prefix], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const linesBeforeDeath = random.integer(1, 300);
  const acknowledged: Acknowledged[] = [];
  // What it said between the signal and its death counts as well, so all is read to the end.
  for await (const line of createInterface(child.stdout)) {
    acknowledged.push(JSON.parse(line));
    if (acknowledged.length === linesBeforeDeath) child.kill("SIGKILL");
  }
  const [, signal] = await exited;
  expect(signal).toBe("SIGKILL");
  return acknowledged;
}

async function expectAcknowledged({ store, blobs }: Backends, { id, index, sha256, state }: Acknowledged) {
  if (sha256) {
    expect((await blobs.get({ jobId: id, sha256 }))?.toString()).toBe(id);
  } else if (index === undefined) {
    const job = await store.getJob(id);
    expect(jobStates.indexOf(job?.state ?? "created")).toBeGreaterThanOrEqual(jobStates.indexOf(state as never));
  } else {
    const image = await store.getImage(id, index);
    expect(imageStates.indexOf(image?.state ?? "pending")).toBeGreaterThanOrEqual(imageStates.indexOf(state as never));
    expect(image?.attempts).toBe(1);
  }
}

async function publishAll({ store, log }: Backends): Promise<void> {
  const errors: unknown[] = [];
  const publisher = new EventPublisher(store, log, { pauseMs: 0, onError: (error) => errors.push(error) });
  await expect.poll(() => store.unpublishedEvents(1)).toEqual([]);
  await publisher.close();
  expect(errors).toEqual([]);
}

/** Every change that happened has its event in the log once; the numbers are 1, 2, 3, … */
async function expectEventsWhole({ store, log }: Backends): Promise<void> {
  const logged = await log.read({ after: 0, limit: 1_000_000 });
  expect(logged.map(({ sequence }) => sequence)).toEqual(logged.map((_, n) => n + 1));
  const expected: string[] = [];
  for (const { id, revision, state } of (await store.listJobs({ limit: 100_000 })).items) {
    const moves = ["created", "queued", "running", "succeeded"].slice(0, revision + 1);
    expect(moves.at(-1)).toBe(state);
    expected.push(...moves.map((move, n) => `${id}.${move}.${n}`));
    for (const { index, revision: moved } of await store.listImages(id, { limit: 100 })) {
      if (moved > 0) expected.push(`${id}.${index}.running.1`);
      if (moved > 1) expected.push(`${id}.${index}.done.2`);
    }
  }
  expect(logged.map(({ event }) => event.id).sort()).toEqual(expected.sort());
}

test("nothing acknowledged is lost and no event is lost or doubled", async () => {
  console.info({ seed });
  const acknowledged: Acknowledged[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    acknowledged.push(...(await writeUntilKilled(`round${round}`)));
    const backends = await openEmbedded({ folder, leaseMs: 1000 });
    // Every other time the next writer finds the outbox as the crash left it.
    if (round % 2 === 1) await publishAll(backends);
    await backends.close();
  }
  const backends = await openEmbedded({ folder, leaseMs: 1000 });
  try {
    await publishAll(backends);
    for (const change of acknowledged) await expectAcknowledged(backends, change);
    await expectEventsWhole(backends);
  } finally {
    await backends.close();
  }
});
