import { describe, expect, test } from "vitest";
import { type ImageState, imageStates, type JobState, jobStates } from "../../lib/contracts/job-states.ts";
import type { Problem } from "../../lib/contracts/problem.ts";
import { imageEvent, jobDeletedEvent, jobIdOf } from "../../lib/jobs/events.ts";
import {
  attemptsOfRun,
  awaitsRetry,
  finalState,
  isFinished,
  type Job,
  type JobImage,
  keepsImages,
} from "../../lib/jobs/job.ts";
import {
  cancelJob,
  completeImage,
  createImage,
  createJob,
  failImage,
  finishJob,
  loseImage,
  queueJob,
  releaseImage,
  retryImage,
  retryJob,
  returnImage,
  startAttempt,
  startJob,
  type Transition,
} from "../../lib/jobs/transitions.ts";

const now = "2026-01-02T03:04:05.678Z";
const later = "2026-01-02T03:04:06.000Z";
const conflict = expect.objectContaining({ type: "JOB_STATE_CONFLICT", code: 409 });
const problem: Problem = { type: "/problems/x", title: "X", status: 422, code: "UNDECODABLE_IMAGE", detail: "x" };
const timings = { queueMs: 1, decodeMs: 1, inferenceMs: 1 };
const result = { sha256: "a".repeat(64), width: 1, height: 1, faces: [], timings };
const allDone = { total: 2, pending: 0, running: 0, done: 2, failed: 0 };
const someFailed = { ...allDone, done: 1, failed: 1 };
const allFailed = { ...allDone, done: 0, failed: 2 };
const unfinished = { ...allDone, done: 1, running: 1 };

function jobIn(state: JobState): Job {
  return { ...createJob({ id: "j", model: "faces-haar" }, now).next, state, revision: 7, run: 1 };
}

function imageIn(state: ImageState): JobImage {
  const image = createImage("j", 3, 0, { fileName: "a.jpg", sha256: "a".repeat(64), bytes: 9 });
  return { ...image, state, revision: 7, attempts: 2 };
}

describe("a job", () => {
  const transitions: Record<
    string,
    { transition: (job: Job) => Transition<Job>; legal: Partial<Record<JobState, JobState>> }
  > = {
    queue: { transition: (job) => queueJob(job, later), legal: { created: "queued" } },
    start: { transition: (job) => startJob(job, later), legal: { queued: "running" } },
    "finish, all done": {
      transition: (job) => finishJob(job, allDone, later),
      legal: { queued: "succeeded", running: "succeeded" },
    },
    "finish, some failed": {
      transition: (job) => finishJob(job, someFailed, later),
      legal: { queued: "partially_failed", running: "partially_failed" },
    },
    "finish, all failed": {
      transition: (job) => finishJob(job, allFailed, later),
      legal: { queued: "failed", running: "failed" },
    },
    "finish, some unfinished": { transition: (job) => finishJob(job, unfinished, later), legal: {} },
    cancel: {
      transition: (job) => cancelJob(job, later),
      legal: { created: "cancelled", queued: "cancelled", running: "cancelled" },
    },
    retry: { transition: (job) => retryJob(job, 0, later), legal: { partially_failed: "queued", failed: "queued" } },
  };
  for (const [name, { transition, legal }] of Object.entries(transitions))
    test.each(jobStates)(`${name} from %s`, (state) => {
      const expected = legal[state];
      if (!expected) {
        expect(() => transition(jobIn(state))).toThrow(conflict);
        return;
      }
      const { next, events } = transition(jobIn(state));
      expect(next).toMatchObject({ state: expected, revision: 8 });
      expect(events).toEqual([expect.objectContaining({ type: `dev.sightline.job.${expected}`, time: later })]);
    });

  test("is created with its defaults and an event", () => {
    const { next, events } = createJob({ id: "j", model: "faces-haar", labels: { a: "b" } }, now);
    expect(next).toEqual({
      id: "j",
      model: "faces-haar",
      state: "created",
      revision: 0,
      run: 0,
      options: {},
      labels: { a: "b" },
      priority: 5,
      createdAt: now,
    });
    expect(events.map(({ type }) => type)).toEqual(["dev.sightline.job.created"]);
  });

  test("tells its times and its final images, and forgets those of the run before when it is retried", () => {
    let job = queueJob(createJob({ id: "j", model: "m" }, now).next, later).next;
    job = finishJob(startJob(job, later).next, allFailed, later).next;
    expect(job).toMatchObject({ createdAt: now, queuedAt: later, startedAt: later, finishedAt: later, run: 1 });
    expect(job.finalImages).toEqual(allFailed);
    job = retryJob(job, 0, now).next;
    expect(job).toMatchObject({ queuedAt: now, run: 2 });
    expect(job).not.toHaveProperty("startedAt");
    expect(job).not.toHaveProperty("finishedAt");
    expect(job).not.toHaveProperty("finalImages");
  });

  test("does not end before it was queued, also by a clock that is behind", () => {
    const job = { ...jobIn("running"), queuedAt: later };
    for (const { next } of [finishJob(job, allDone, now), cancelJob(job, now)]) expect(next.finishedAt).toBe(later);
    expect(cancelJob(jobIn("queued"), later).next.finishedAt).toBe(later);
  });

  test("keeps its images until none of them can be needed", () => {
    expect(jobStates.filter((state) => !keepsImages({ state })).sort()).toEqual(["cancelled", "succeeded"]);
  });

  test("is finished in its four last states", () => {
    const finished = jobStates.filter((state) => isFinished(jobIn(state)));
    expect(finished).toEqual(["succeeded", "partially_failed", "failed", "cancelled"]);
  });

  test("without images succeeds", () => {
    expect(finalState({ total: 0, pending: 0, running: 0, done: 0, failed: 0 })).toBe("succeeded");
  });
});

describe("an image", () => {
  const transitions: Record<
    string,
    { transition: (image: JobImage) => Transition<JobImage>; legal: ImageState[]; to: ImageState }
  > = {
    start: { transition: (image) => startAttempt(image, later), legal: ["pending"], to: "running" },
    complete: { transition: (image) => completeImage(image, result, later), legal: ["running"], to: "done" },
    fail: {
      transition: (image) => failImage(image, problem, false, later),
      legal: ["running", "pending"],
      to: "failed",
    },
    release: { transition: (image) => releaseImage(image, problem, later), legal: ["running"], to: "pending" },
    retry: { transition: (image) => retryImage(image, 2, later), legal: ["failed"], to: "pending" },
  };
  for (const [name, { transition, legal, to }] of Object.entries(transitions))
    test.each(imageStates)(`${name} from %s`, (state) => {
      if (!legal.includes(state)) {
        expect(() => transition(imageIn(state))).toThrow(conflict);
        return;
      }
      const { next, events } = transition(imageIn(state));
      expect(next).toMatchObject({ state: to, revision: 8 });
      expect(events).toEqual([expect.objectContaining({ type: `dev.sightline.image.${to}`, id: `j.3.${to}.8` })]);
    });

  test("counts an attempt when it starts, and none when it ends", () => {
    const running = startAttempt(imageIn("pending"), now).next;
    expect(running.attempts).toBe(3);
    expect(completeImage(running, result, now).next.attempts).toBe(3);
    expect(releaseImage(running, undefined, now).next.attempts).toBe(3);
  });

  test("that was lost with others is a suspect, whose attempts count from then on", () => {
    const attempt = (image: JobImage) => startAttempt(image, now).next;
    const first = loseImage({ ...imageIn("running"), attempts: 1 }, problem, 2, later).next;
    expect(first).toMatchObject({ state: "pending", suspect: true, problem });
    expect(attemptsOfRun(first)).toBe(0);
    const second = loseImage(attempt(first), problem, 2, later).next;
    expect(second).toMatchObject({ state: "pending", suspect: true });
    expect(attemptsOfRun(second)).toBe(1);
    expect(loseImage(attempt(second), problem, 2, later).next).toMatchObject({ state: "failed", givenUp: true });
  });

  test("whose attempt never reached a worker has as many left as before", () => {
    const returned = returnImage(startAttempt(imageIn("pending"), now).next, problem, later).next;
    expect(returned).toMatchObject({ state: "pending", problem, attempts: 3 });
    expect(attemptsOfRun(returned)).toBe(attemptsOfRun(imageIn("pending")));
  });

  test("without a file, since it was refused, awaits no retry", () => {
    const job = { ...jobIn("queued"), run: 2 };
    expect(awaitsRetry(job, { ...imageIn("failed"), run: 1 })).toBe(true);
    expect(awaitsRetry(job, { ...imageIn("failed"), run: 1, sha256: "" })).toBe(false);
  });

  test("that was lost and then done keeps no problem", () => {
    const lost = releaseImage(imageIn("running"), problem, now).next;
    expect(lost.problem).toEqual(problem);
    expect(completeImage(startAttempt(lost, now).next, result, now).next).not.toHaveProperty("problem");
  });

  test("given up is a dead letter until it is retried, with all attempts to be had again", () => {
    const failed = failImage(imageIn("running"), problem, true, now).next;
    expect(failed).toMatchObject({ givenUp: true, problem });
    const retried = retryImage(failed, 2, now).next;
    for (const gone of ["givenUp", "problem", "startedAt", "finishedAt"]) expect(retried).not.toHaveProperty(gone);
    expect([retried.attempts, attemptsOfRun(failed), attemptsOfRun(retried)]).toEqual([2, 2, 0]);
  });

  test("awaits its retry while its job is queued for a run it has not reached", () => {
    const failed = imageIn("failed");
    const retried = retryJob(jobIn("failed"), 0, now).next;
    expect(awaitsRetry(retried, failed)).toBe(true);
    expect(awaitsRetry(retried, { ...failed, run: retried.run })).toBe(false);
    expect(awaitsRetry(jobIn("running"), failed)).toBe(false);
    expect(awaitsRetry(retried, retryImage(failed, retried.run, now).next)).toBe(false);
    expect(awaitsRetry(cancelJob(retried, now).next, failed)).toBe(false);
  });
});

describe("events", () => {
  test("of the same state reached twice differ in id", () => {
    let image = imageIn("running");
    const ids: string[] = [];
    for (const step of [
      (at: JobImage) => releaseImage(at, undefined, now),
      (at: JobImage) => failImage(at, problem, true, now),
      (at: JobImage) => retryImage(at, 2, now),
    ]) {
      const { next, events } = step(image);
      image = next;
      ids.push(...events.map(({ id }) => id));
    }
    expect(new Set(ids).size).toBe(3);
  });

  test("are CloudEvents with the result or the problem", () => {
    const [done] = completeImage(imageIn("running"), result, now).events;
    expect(done).toEqual({
      specversion: "1.0",
      id: "j.3.done.8",
      source: "/v1/jobs",
      type: "dev.sightline.image.done",
      subject: "jobs/j/images/3",
      time: now,
      datacontenttype: "application/json",
      data: { jobId: "j", index: 3, state: "done", fileName: "a.jpg", sha256: "a".repeat(64), attempts: 2, result },
    });
    const [failed] = failImage(imageIn("running"), problem, false, now).events;
    expect(failed?.data).toMatchObject({ problem });
  });

  test("leave out what was found where it is too much for a message", () => {
    const faces = Array.from({ length: 30_000 }, (_, n): [number, number, number, number] => [n, n, 24, 24]);
    const { next, events } = completeImage(imageIn("running"), { ...result, faces }, now);
    expect(next.result).toMatchObject({ faces });
    expect(events[0]?.data).toMatchObject({ state: "done", truncated: true });
    const { width, height, timings } = result;
    expect(events[0]?.data.result).toEqual({ width, height, timings });
  });

  test("name their job", () => {
    expect(jobIdOf(imageEvent(imageIn("done"), now))).toBe("j");
    expect(jobIdOf(jobDeletedEvent(jobIn("failed"), now))).toBe("j");
  });
});
