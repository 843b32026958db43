/**
 * The detector's task queue and the outcome of each task.
 *
 * A thread gets a task only when it is free or about to be; all others wait here. So a task that times out in the queue
 * is simply removed, and Piscina is never asked to abort, which would kill a thread inside native code.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Priority } from "../contracts/priority.ts";
import { detectorShuttingDown, type Failure, failure } from "../errors.ts";
import { FetchQueue } from "./fetch-queue.ts";
import { HangWatch } from "./hang-watch.ts";
import { IdleWork } from "./idle-work.ts";
import type { Answer, PendingTask } from "./pending-task.ts";
import type { PoolAnalysis, PoolDetection, PoolInference, PoolLoad, PoolSettings, RunSettings } from "./pool-types.ts";
import { entryOf, sha256Of } from "./suspects/request-key.ts";
import { imageRefused } from "./suspects/suspects.ts";
import type {
  AnalysisTask,
  DetectionTask,
  PoolTask,
  TensorTask,
  VisionTask,
  WorkerAnswer,
  WorkerDescription,
} from "./task.ts";
import { processTime } from "./task-slots.ts";
import { ThreadQueue } from "./thread-queue.ts";
import { START_WITHIN_MS, TRIMMING, VisionThreads } from "./threads.ts";
import { Trials } from "./trials/trials.ts";

const POLL_MS = 10;
/**
 * Images prefetched for the threads: enough that they do not wait for the storage, few enough to bound memory with
 * images of MAX_IMAGE_BYTES.
 */
const FETCHED_AHEAD = { atLeast: 4, perThread: 2 };

export class VisionPool {
  readonly #threads: VisionThreads;
  readonly #settings: PoolSettings;
  /** Images given as references, until their bytes are fetched. */
  readonly #fetches: FetchQueue<PendingTask>;
  readonly #queue: ThreadQueue<PendingTask>;
  readonly #hangs: HangWatch;
  /** Defined only if suspects are recorded. */
  readonly #trials: Trials | undefined;
  readonly #trimming: IdleWork;
  /** Unfinished bulk tasks. */
  #bulk = 0;
  readonly #refusing = new AbortController();
  /** False while the threads load, which takes long; the warm-up has its own timeout. */
  #isWarm = false;

  private constructor(settings: PoolSettings, warmUp: VisionTask) {
    this.#settings = settings;
    const { suspects, onRefused = () => {}, onHung: _onHung, ...plain } = settings;
    this.#hangs = new HangWatch({
      ...settings,
      onHung: () => {
        this.#refuseWaiting();
        settings.onHung();
      },
    });
    this.#fetches = new FetchQueue<PendingTask>({
      maxSlots: Math.max(FETCHED_AHEAD.atLeast, FETCHED_AHEAD.perThread * settings.threads),
      fetch: ({ settings: { fetch } }) => (fetch as NonNullable<RunSettings["fetch"]>)(),
      onFetched: (pending, file) => {
        pending.task = { ...pending.task, file };
        this.#admit(pending);
      },
      onFailed: (pending, error) => {
        clearTimeout(pending.timer);
        pending.reject(error);
      },
    });
    this.#trials = suspects && new Trials({ pool: plain, warmUp, suspects, onRefused });
    this.#threads = new VisionThreads(settings);
    this.#trimming = new IdleWork({
      ...TRIMMING,
      isIdle: () => !this.isBusy,
      // If a thread dies meanwhile, it has been replaced already.
      run: () => this.#threads.trimMemory().catch(() => {}),
    });
    this.#queue = new ThreadQueue<PendingTask>(this.#threads, {
      onSent: (run) => {
        this.#fetches.release(run.item);
        if (this.#isWarm) this.#hangs.start(run);
      },
      onOver: (run) => this.#hangs.stop(run),
      onAnswer: (pending, answer, begunAt) => this.#answer(pending, answer, begunAt),
      onLost: (pending, error) => this.#lose(pending, error),
    });
  }

  /**
   * Starts the threads and has each process `warmUp`, so that the first request finds them warm.
   * @throws if a thread cannot start or its answer fails `isExpected`.
   */
  static async start(
    settings: PoolSettings,
    warmUp: VisionTask,
    isExpected: (detection: PoolDetection | PoolAnalysis) => boolean,
  ): Promise<VisionPool> {
    const pool = new VisionPool(settings, warmUp);
    const run = () => pool.run({ ...warmUp, isWarmUp: true }, { timeoutMs: START_WITHIN_MS, priority: "interactive" });
    try {
      // As many concurrent tasks as threads: each thread gets one.
      const detections = await pool.#threads.firstWork(Promise.all(Array.from({ length: settings.threads }, run)));
      if (!detections.every(isExpected))
        throw new Error("The detector does not reproduce its reference result on this machine.");
    } catch (error) {
      // Not awaited: a thread whose warm-up took too long may stay busy for a long time.
      void pool.close();
      throw error;
    }
    pool.#isWarm = true;
    return pool;
  }

  get load(): PoolLoad {
    const { running, waiting } = this.#queue.load;
    return { threads: this.#settings.threads, running, waiting: waiting + this.#fetches.size };
  }

  /** Whether a task runs or waits, or is tried in a separate process. */
  get isBusy(): boolean {
    const { running, waiting } = this.load;
    return running + waiting + (this.#trials?.size ?? 0) > 0;
  }

  /** Bulk tasks among those running and waiting. */
  get bulk(): number {
    return this.#bulk;
  }

  /** Aborted once the pool takes no more work, in the same turn in which it refuses the waiting tasks. */
  get refusing(): AbortSignal {
    return this.#refusing.signal;
  }

  /** Recent time an image occupies a thread, in milliseconds. */
  get serviceMs(): number {
    return this.#queue.serviceMs;
  }

  /** See `VisionThreads.describe`. */
  describe(): Promise<WorkerDescription> {
    return this.#threads.describe();
  }

  /**
   * Processes one image or one tensor.
   * @throws the error of a faulty image (see `InputImage`) or tensor (INVALID_TENSOR); the retryable OVERLOADED,
   *   WORKER_LOST or IMAGE_TIMEOUT; SHUTTING_DOWN; IMAGE_REFUSED; the reason of the signal.
   */
  run(task: DetectionTask, settings: RunSettings): Promise<PoolDetection>;
  run(task: AnalysisTask, settings: RunSettings): Promise<PoolAnalysis>;
  run(task: VisionTask, settings: RunSettings): Promise<PoolDetection | PoolAnalysis>;
  run(task: TensorTask, settings: RunSettings): Promise<PoolInference>;
  run(task: PoolTask, settings: RunSettings): Promise<Answer> {
    const { timeoutMs, workLimitMs, priority, client, signal } = settings;
    const { promise: answer, resolve, reject } = Promise.withResolvers<Answer>();
    const enqueuedAt = processTime();
    const timeLimit = workLimitMs === undefined ? { at: enqueuedAt + timeoutMs } : { afterMs: workLimitMs };
    const pending: PendingTask = { task, priority, client, settings, enqueuedAt, timeLimit, resolve, reject };
    try {
      this.#begin(pending);
    } catch (error) {
      reject(error);
    }
    if (priority === "bulk") this.#countBulk(answer);
    return signal ? this.#abortable(pending, answer, signal) : answer;
  }

  /**
   * @param elsewhere Number of bulk images that wait to be handed to the pool.
   * @throws OVERLOADED, SHUTTING_DOWN
   */
  requireRoom(priority: Priority, elsewhere = 0): void {
    if (this.#refusing.signal.aborted) throw detectorShuttingDown();
    const waiting = this.load.waiting + elsewhere;
    // Interactive tasks overtake bulk ones that wait, and so do not count them.
    const isOvertaking = priority === "interactive";
    const ahead = isOvertaking ? this.#fetches.sizeOf(priority) + this.#queue.waitingOf(priority) : waiting;
    if (ahead >= this.#settings.queueSize) throw this.#overloaded(waiting);
  }

  /** Starts the process for suspects in advance, so that the next one finds it ready. */
  async prepareTrial(): Promise<void> {
    await this.#trials?.prepare();
  }

  /** Refuses waiting and new tasks; running ones continue. */
  refuse(): void {
    this.#trimming.close();
    this.#refuseWaiting();
  }

  /** Finishes running tasks, refuses waiting ones and stops the threads. None is terminated inside native code. */
  async close(): Promise<void> {
    this.refuse();
    await Promise.all([this.#trials?.close(), this.#threads.close()]);
    this.#queue.close();
    this.#hangs.close();
  }

  /**
   * Answers all tasks in progress before the process is ended because of a hung thread. Tasks that do not hang get
   * `graceMs` to finish.
   */
  async abandon(graceMs: number): Promise<void> {
    this.refuse();
    const { suspects } = this.#settings;
    const { hung } = this.#hangs;
    if (hung) {
      const sha256 = suspects && sha256Of(hung.task.file);
      hung.reject(sha256 ? imageRefused(sha256) : detectorShuttingDown());
    }
    const until = performance.now() + graceMs;
    while (this.#queue.load.running > (hung ? 1 : 0) && performance.now() < until) await sleep(POLL_MS);
    for (const pending of this.#queue.running) pending.reject(detectorShuttingDown());
    this.#trials?.kill();
  }

  #countBulk(answer: Promise<Answer>): void {
    this.#bulk++;
    const end = () => {
      this.#bulk--;
    };
    answer.then(end, end);
  }

  /** @throws OVERLOADED, SHUTTING_DOWN; the reason of the signal */
  #begin(pending: PendingTask): void {
    const { timeoutMs, priority, client, signal, fetch } = pending.settings;
    signal?.throwIfAborted();
    this.requireRoom(priority);
    pending.timer = setTimeout(() => this.#expire(pending), timeoutMs);
    if (fetch) this.#fetches.push(pending, client);
    else this.#admit(pending);
  }

  /** The answer, or the reason of the signal if the task still waits when it is aborted. */
  #abortable(pending: PendingTask, answer: Promise<Answer>, signal: AbortSignal): Promise<Answer> {
    const leave = () => {
      if (!this.#withdraw(pending)) return;
      clearTimeout(pending.timer);
      pending.reject(signal.reason);
    };
    signal.addEventListener("abort", leave, { once: true });
    // The signal lives as long as the request, which may have thousands of images.
    return answer.finally(() => signal.removeEventListener("abort", leave));
  }

  /** Enqueues a task whose bytes are present. */
  #admit(pending: PendingTask): void {
    if (pending.settings.isSuspect && this.#trials) void this.#try(this.#trials, pending);
    else this.#queue.push(pending);
  }

  #answer(pending: PendingTask, answer: WorkerAnswer, begunAt: number): void {
    this.#trimming.noteActivity();
    this.#hangs.clear(pending);
    if ("mark" in answer && answer.mark === "suspect" && this.#trials) {
      void this.#try(this.#trials, pending);
      return;
    }
    clearTimeout(pending.timer);
    if ("mark" in answer) pending.reject(imageRefused(answer.sha256));
    else if ("failure" in answer) {
      const { code, detail, data } = answer.failure;
      pending.reject(failure(code, detail, data));
    } else {
      const queueMs = Math.round((begunAt - pending.enqueuedAt) * 1000) / 1000;
      const { timings, ...detection } = answer.detection;
      pending.resolve({ ...detection, timings: { queueMs, ...timings } } as Answer);
    }
  }

  #lose(pending: PendingTask, error: unknown): void {
    this.#hangs.clear(pending);
    clearTimeout(pending.timer);
    this.#fetches.release(pending);
    pending.reject(failure("WORKER_LOST", `The worker failed: ${error instanceof Error ? error.message : error}`));
  }

  async #try(trials: Trials, pending: PendingTask): Promise<void> {
    try {
      pending.resolve(await trials.run(pending.task, entryOf(pending.task)));
    } catch (error) {
      pending.reject(error);
    } finally {
      clearTimeout(pending.timer);
      this.#fetches.release(pending);
    }
  }

  /**
   * A running task cannot be interrupted: its caller gets the error, and its thread stays occupied until it is done.
   */
  #expire(pending: PendingTask): void {
    const { timeoutMs } = pending.settings;
    const where = this.#withdraw(pending) ? "still waited for a thread" : "was still being processed";
    pending.reject(failure("IMAGE_TIMEOUT", `The image ${where} after ${timeoutMs} ms.`, { timeoutMs }));
  }

  /** @returns whether the task was still waiting. */
  #withdraw(pending: PendingTask): boolean {
    const hadBytes = this.#queue.remove(pending) || this.#trials?.drop(pending.task) === true;
    if (hadBytes) this.#fetches.release(pending);
    return hadBytes || this.#fetches.remove(pending);
  }

  #refuseWaiting(): void {
    this.#refusing.abort();
    for (const pending of [...this.#fetches.removeAll(), ...this.#queue.clear()]) {
      clearTimeout(pending.timer);
      pending.reject(detectorShuttingDown());
    }
  }

  #overloaded(waiting: number): Failure {
    const { threads, queueSize } = this.#settings;
    const backlogMs = (waiting * this.serviceMs) / threads;
    const detail = `The queue of images is full: it holds ${queueSize}.`;
    return failure("OVERLOADED", detail, { retryAfterSeconds: Math.max(1, Math.ceil(backlogMs / 1000)) });
  }
}
