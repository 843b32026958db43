/** Invariants of every accepted job, no matter what was killed meanwhile. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { expectCloudEvent } from "./cloud-events.ts";
import { form, type golden, type JobClient } from "./job-client.ts";

const RESULTS_PER_REQUEST = 3;

export interface Accepted {
  readonly id: string;
  readonly images: readonly (typeof golden)[number][];
}

/** Submits a job until it is accepted, with an idempotency key, so that it is created once. */
export async function submit(client: JobClient, key: string, images: Accepted["images"]): Promise<string> {
  for (;;) {
    const headers = { "Idempotency-Key": key };
    const answer = await client.post("/v1/jobs", form(images), headers).catch(() => undefined);
    if (answer?.status === 202) return answer.body.id;
    if (answer && ![409, 503].includes(answer.status))
      throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`);
    await sleep(30);
  }
}

/** @returns the number of attempts that were lost with a process and retried. */
export async function expectAllDone(client: JobClient, accepted: readonly Accepted[], ids: readonly string[]) {
  expect(new Set(ids).size).toBe(accepted.length);
  let lostAttempts = 0;
  for (const { id, images } of accepted) {
    const job = await client.job(id);
    const results = await client.results(id, RESULTS_PER_REQUEST);
    const problems = results.flatMap(({ problem }) => problem ?? []);
    const total = images.length;
    expect({ ...job, problems }).toMatchObject({
      state: "succeeded",
      images: { total, done: total, pending: 0, running: 0, failed: 0 },
      problems: [],
    });
    expect(results.map(({ index, fileName, result }) => [index, fileName, result?.faces])).toEqual(
      images.map(({ name, faces }, index) => [index, name, faces]),
    );
    for (const { attempts } of results) lostAttempts += attempts - 1;
  }
  return lostAttempts;
}

/** No gaps in sequences, no duplicate ids, no missing events: each job and each image ended exactly once. */
export async function expectWholeLog(client: JobClient, accepted: readonly Accepted[]) {
  const ofAccepted = new Set(accepted.map(({ id }) => `jobs/${id}`));
  const succeeded = async () =>
    (await client.events()).filter(
      ({ type, subject }) => type === "dev.sightline.job.succeeded" && ofAccepted.has(subject),
    );
  await expect.poll(async () => (await succeeded()).length, { interval: 500 }).toBe(accepted.length);
  const events = await client.events();
  expect(events.map(({ sequence }) => sequence)).toEqual(events.map((_, index) => index + 1));
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  for (const { sequence: _sequence, ...event } of events) expectCloudEvent(event);
  const counts = new Map<string, number>();
  for (const { subject, type } of events) {
    const name = `${subject} ${type.replace("dev.sightline.", "")}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  for (const { id, images } of accepted) {
    for (const state of ["created", "queued", "running", "succeeded"])
      expect(counts.get(`jobs/${id} job.${state}`), `job.${state} of ${id}`).toBe(1);
    for (const index of images.keys()) {
      const subject = `jobs/${id}/images/${index}`;
      expect(counts.get(`${subject} image.done`), `image.done of ${subject}`).toBe(1);
      // Each attempt but the last was lost.
      expect(counts.get(`${subject} image.running`)).toBe((counts.get(`${subject} image.pending`) ?? 0) + 1);
    }
  }
}

/** Expects that the statistics of every node finally match the log, whatever was killed. */
export async function expectCountedActivity(client: JobClient) {
  const events = await client.events();
  const count = (state: string) => events.filter(({ type }) => type === `dev.sightline.image.${state}`).length;
  const expected = { done: count("done"), failed: count("failed"), retried: count("pending") };
  // Nodes with the service `monitor` take turns to answer.
  for (let agreed = 0; agreed < 4; agreed++)
    await expect
      .poll(async () => (await client.get("/v1/statistics")).body.activity?.lastHour, { interval: 500 })
      .toEqual(expected);
}
