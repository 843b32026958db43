/**
 * Tries suspects in a separate process, so that their crashes and hangs harm nothing else.
 *
 * Most suspects merely ran next to the one at fault, so several are tried at once. If the process dies, each image that
 * had started is retried alone, which leaves no doubt.
 */
import { detectorShuttingDown, type Failure, failure } from "../../errors.ts";
import { BusyWatch } from "../busy-watch.ts";
import type { JournalEntry } from "../suspects/in-progress-journal.ts";
import { imageRefused, type Suspects } from "../suspects/suspects.ts";
import type { PoolTask, VisionTask } from "../task.ts";
import {
  type TrialAnswer,
  type TrialEnd,
  type TrialOutcome,
  type TrialPoolSettings,
  TrialProcess,
} from "./trial-process.ts";

export interface TrialsSettings {
  readonly pool: TrialPoolSettings;
  readonly warmUp: VisionTask;
  readonly suspects: Suspects;
  /** Called when an image has been found at fault. */
  readonly onRefused: (sha256: string) => void;
}

interface Trial {
  readonly task: PoolTask;
  readonly entry: JournalEntry;
  readonly enqueuedAt: number;
  readonly resolve: (answer: TrialAnswer) => void;
  readonly reject: (failure: Failure) => void;
  isAlone: boolean;
  hasBegun: boolean;
  startedAt: number;
  /** Number of times that the process ended before it started this image. */
  losses: number;
}

const MAX_THREADS = 4;
const MAX_LOSSES = 3;
const IDLE_MS = 10_000;

export class Trials {
  readonly #settings: TrialsSettings;
  readonly #threads: number;
  readonly #watch: BusyWatch<Trial>;
  readonly #inWork = new Map<number, Trial>();
  #queue: Trial[] = [];
  #process: TrialProcess | undefined;
  #hung: Trial | undefined;
  #isClosing = false;
  #idleTimer: NodeJS.Timeout | undefined;
  #lastId = 0;
  #onIdle = () => {};
  /** Callers waiting for the process to be ready. */
  #awaited: (() => void)[] = [];

  constructor(settings: TrialsSettings) {
    this.#settings = settings;
    this.#threads = Math.min(settings.pool.threads, MAX_THREADS);
    this.#watch = new BusyWatch({ timeoutMs: settings.pool.hangTimeoutMs, onHung: (trial) => this.#endHung(trial) });
  }

  /** Images that wait or are in progress. */
  get size(): number {
    return this.#queue.length + this.#inWork.size;
  }

  /**
   * @throws IMAGE_REFUSED if the process died or hung because of this image, now or before; the errors of a faulty
   *   image; OVERLOADED, SHUTTING_DOWN; WORKER_LOST if the process cannot be started.
   */
  run(task: PoolTask, entry: JournalEntry): Promise<TrialAnswer> {
    const { pool, suspects } = this.#settings;
    return new Promise((resolve, reject) => {
      if (suspects.isRefused(entry.sha256)) return reject(imageRefused(entry.sha256));
      if (this.#isClosing) return reject(detectorShuttingDown());
      if (this.#queue.length >= pool.queueSize)
        return reject(failure("OVERLOADED", "Too many suspect images are waiting.", { retryAfterSeconds: 1 }));
      const now = performance.now();
      const callbacks = { resolve, reject };
      const state = { enqueuedAt: now, startedAt: now, isAlone: false, hasBegun: false, losses: 0 };
      this.#queue.push({ task, entry, ...callbacks, ...state });
      this.#dispatch();
    });
  }

  /** Starts the process unless it exists. Resolves once it is ready or has failed to start. */
  prepare(): Promise<void> {
    if (this.#isClosing || this.#process?.isReady) return Promise.resolve();
    if (!this.#process) this.#start();
    return new Promise((resolve) => {
      this.#awaited.push(resolve);
    });
  }

  /** Removes a task that has timed out. @returns whether it had not started. */
  drop(task: PoolTask): boolean {
    const before = this.#queue.length;
    this.#queue = this.#queue.filter((trial) => trial.task !== task);
    return this.#queue.length < before;
  }

  /** Refuses waiting tasks, finishes those in progress and ends the process. */
  async close(): Promise<void> {
    this.#refuse();
    if (this.#inWork.size > 0)
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    this.kill();
  }

  /** Ends the process at once. Tasks in progress are to be retried. */
  kill(): void {
    this.#refuse();
    clearTimeout(this.#idleTimer);
    this.#watch.close();
    this.#process?.end();
    for (const trial of this.#inWork.values()) trial.reject(detectorShuttingDown());
    this.#inWork.clear();
    this.#onIdle();
  }

  #refuse(): void {
    this.#isClosing = true;
    for (const trial of this.#queue.splice(0)) trial.reject(detectorShuttingDown());
  }

  #dispatch(): void {
    clearTimeout(this.#idleTimer);
    if (this.#isClosing) {
      if (this.#inWork.size === 0) this.#onIdle();
      return;
    }
    if (!this.#process && this.#queue.length > 0) this.#start();
    if (!this.#process?.isReady) return;
    for (let [next] = this.#queue; next && this.#hasRoomFor(next); [next] = this.#queue) {
      this.#queue.shift();
      this.#send(this.#process, next);
    }
    if (this.#inWork.size === 0) this.#idleTimer = setTimeout(() => this.#process?.end(), IDLE_MS).unref();
  }

  #hasRoomFor({ isAlone }: Trial): boolean {
    const [running] = this.#inWork.values();
    if (isAlone || running?.isAlone) return running === undefined;
    return this.#inWork.size < this.#threads;
  }

  #send(process: TrialProcess, trial: Trial): void {
    const { suspects } = this.#settings;
    const { entry, task } = trial;
    if (suspects.isRefused(entry.sha256)) {
      trial.reject(imageRefused(entry.sha256));
      return;
    }
    // Recorded in advance, because the whole container may die with the process when memory runs out.
    if (trial.isAlone) suspects.startTrial(entry);
    else suspects.suspect(entry);
    const id = ++this.#lastId;
    this.#inWork.set(id, trial);
    this.#watch.start(trial);
    trial.hasBegun = false;
    trial.startedAt = performance.now();
    process.send({ id, task });
  }

  #start(): void {
    const { pool, warmUp } = this.#settings;
    this.#process = new TrialProcess({ ...pool, threads: this.#threads }, warmUp, {
      onReady: () => {
        this.#tellAwaiting();
        this.#dispatch();
      },
      onBegun: (id) => {
        const trial = this.#inWork.get(id);
        if (trial) trial.hasBegun = true;
      },
      onOutcome: (id, outcome) => this.#settle(id, outcome),
      onEnd: (end) => this.#handleEnd(end),
    });
  }

  #settle(id: number, outcome: TrialOutcome): void {
    const trial = this.#inWork.get(id);
    if (!trial) return;
    this.#inWork.delete(id);
    this.#watch.stop(trial);
    this.#settings.suspects.clear(trial.entry);
    if ("failure" in outcome) {
      const { code, detail, data } = outcome.failure;
      trial.reject(failure(code, detail, data));
    } else {
      const { answer } = outcome;
      const queueMs = Math.round((trial.startedAt - trial.enqueuedAt) * 1000) / 1000;
      trial.resolve({ ...answer, timings: { ...answer.timings, queueMs } } as TrialAnswer);
    }
    this.#dispatch();
  }

  #tellAwaiting(): void {
    for (const resolve of this.#awaited.splice(0)) resolve();
  }

  #endHung(trial: Trial): void {
    this.#hung ??= trial;
    this.#process?.end();
  }

  /** Handles the end of the process: each task in progress is retried or found at fault. */
  #handleEnd({ isOrderly, wasReady, reason }: TrialEnd): void {
    const [trials, hung] = [[...this.#inWork.values()], this.#hung];
    this.#inWork.clear();
    for (const trial of trials) this.#watch.stop(trial);
    this.#process = undefined;
    this.#hung = undefined;
    this.#tellAwaiting();
    if (!wasReady) this.#giveUp(this.#queue.splice(0), reason);
    const begun = trials.filter(({ hasBegun }) => hasBegun);
    for (const trial of trials.reverse()) {
      const isAtFault = hung ? trial === hung : !isOrderly && trial.hasBegun && begun.length === 1;
      if (this.#isClosing) trial.reject(detectorShuttingDown());
      else if (isAtFault) this.#refuseImage(trial);
      else if (hung || trial.hasBegun) this.#queue.unshift({ ...trial, isAlone: trial.isAlone || !hung });
      else if (++trial.losses >= MAX_LOSSES) this.#giveUp([trial], reason);
      else this.#queue.unshift(trial);
    }
    this.#dispatch();
  }

  #refuseImage({ entry: { sha256 }, reject }: Trial): void {
    this.#settings.suspects.refuse(sha256);
    this.#settings.onRefused(sha256);
    reject(imageRefused(sha256));
  }

  #giveUp(trials: readonly Trial[], reason: string): void {
    const detail = `The process that suspect images are tried in cannot be used: ${reason}.`;
    for (const trial of trials) trial.reject(failure("WORKER_LOST", detail));
  }
}
