/**
 * Lanes: each is one consumer of the stream, whose tasks are first in, first out. The lanes of a priority take turns,
 * task by task. Their number is fixed, since with several servers each consumer is a Raft group: one for each job or
 * owner would be too many.
 *
 * All tasks of a push go to one lane: the least loaded of a few candidates, which follow from a hash of the owner. So
 * whatever an owner pushes, it fills only these, and another owner shares all of them only by a rare chance (shuffle
 * sharding). An owner has several candidates, so that its small job need not wait behind its large one.
 *
 * Jobs without an owner are hashed one by one, so that many large ones fill all lanes. Some lanes are therefore kept
 * for small jobs, and have every other turn.
 */
import { hash } from "node:crypto";
import type { Task } from "../../ports/task-queue.ts";

/** Number of lanes of each priority. */
export const LANES = 32;
/** Number of the last lanes that are for small jobs only. */
const LANES_FOR_SMALL = 8;
const LANES_FOR_ALL = LANES - LANES_FOR_SMALL;
/** Maximum tasks of a small job. */
export const SMALL_JOB = 8;
/** Number of candidates of an owner among the lanes for all, and among those for small jobs. */
const CANDIDATES = 4;
const CANDIDATES_FOR_SMALL = 2;

export function isForSmall(lane: number): boolean {
  return lane >= LANES_FOR_ALL;
}

/** Lanes that a job's tasks may go to; the first is the choice if none has tasks. */
export function candidateLanes({ jobId, owner }: Pick<Task, "jobId" | "owner">, isSmall: boolean): number[] {
  // Prefixed, since a job without an owner must not follow a session of the same id.
  const digest = hash("sha256", owner === undefined ? `job ${jobId}` : `owner ${owner}`, "buffer");
  const pick = (first: number, lanes: number, count: number, word: number) => {
    const left = Array.from({ length: lanes }, (_, n) => first + n);
    return Array.from({ length: count }, (_, n) => {
      const [lane] = left.splice(digest.readUInt32LE(4 * (word + n)) % left.length, 1);
      return lane as number;
    });
  };
  const forAll = pick(0, LANES_FOR_ALL, CANDIDATES, 0);
  if (!isSmall) return forAll;
  return [...pick(LANES_FOR_ALL, LANES_FOR_SMALL, CANDIDATES_FOR_SMALL, CANDIDATES), ...forAll];
}

/** The lane with the fewest tasks; the first one on a tie. */
export function leastLoaded(lanes: readonly number[], depthOf: (lane: number) => number): number {
  const [first = 0, ...others] = lanes;
  return others.reduce((best, lane) => (depthOf(lane) < depthOf(best) ? lane : best), first);
}

/** Subject filter for the tasks of a lane. `*` stands for all lanes. */
export function laneFilter(prefix: string, priority: number, lane: number | "*"): string {
  return `${prefix}.tasks.${priority}.${lane}.*.*`;
}

export function jobFilter(prefix: string, jobId: string): string {
  return `${prefix}.tasks.*.*.${jobId}.*`;
}

/** Subjects of versions before 0.2: `<prefix>.tasks.<priority>.<job>`, with a consumer for each. */
export function formerFilter(prefix: string): string {
  return `${prefix}.tasks.*.*`;
}

export function taskSubject(prefix: string, lane: number, { priority, jobId, images }: Task): string {
  return `${prefix}.tasks.${priority}.${lane}.${jobId}.${images}`;
}

/** The job of a task. Also reads subjects of former versions. */
export function jobOf(subject: string): string {
  const [, , , laneOrJob = "", job = laneOrJob] = subject.split(".");
  return job;
}

export interface SubjectParts {
  readonly priority: number;
  readonly lane: number;
  /** Images that each task of this subject stands for. */
  readonly images: number;
}

const SUBJECT = /^[^.]+\.tasks\.(\d{1,9})\.(\d{1,9})\.[^.]+\.(\d{1,9})$/;
const FORMER_SUBJECT = /^[^.]+\.tasks\.[^.]+\.[^.]+$/;

/** @returns undefined for a subject of another form, such as that of a former version. */
export function partsOf(subject: string): SubjectParts | undefined {
  const [, priority, lane, images] = SUBJECT.exec(subject) ?? [];
  if (images === undefined) return undefined;
  return { priority: Number(priority), lane: Number(lane), images: Number(images) };
}

export function isOfFormerVersion(subject: string): boolean {
  return FORMER_SUBJECT.test(subject);
}
