/**
 * The detector's threads.
 *
 * Piscina gets a task only when one of its threads is free; what waits, waits here. So a task that runs out of time
 * in the queue is simply taken out of it, and Piscina is never asked to abort: that would kill a thread in the middle
 * of native code.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import type { Detection } from "../contracts/receipt.ts";
import type { Analysis } from "../contracts/results.ts";
import { detectorShuttingDown, type Failure, failure } from "../errors.ts";
import { BusyWatch } from "./busy-watch.ts";
import { FetchQueue } from "./fetch-queue.ts";
import { MemoryBudget } from "./memory-budget.ts";
import { requestKey, sha256Of } from "./suspects/request-key.ts";
import { imageRefused, type Suspects } from "./suspects/suspects.ts";
import type {
  AnalysisTask,
  DetectionTask,
  GuardSettings,
  TensorTask,
  Timed,
  VisionTask,
  WorkerAnalysis,
  WorkerAnswer,
  WorkerDescription,
  WorkerDetection,
  WorkerInference,
  WorkerSettings,
} from "./task.ts";
import { Trials } from "./trials/trials.ts";
import { type Priority, WaitingLine } from "./waiting-line.ts";

export interface PoolSettings
  extends Pick<WorkerSettings, "maxImagePixels" | "maxSearchWindows" | "imageMemoryBytes" | "haarEngine"> {
  /** Networks to load beside `faces-haar`, which may be left out. */
  readonly served?: Pick<WorkerSettings, "facesHaar" | "models" | "networkThreads">;
  readonly threads: number;
  /**
   * Threads OpenCV may use for one image. They come out of one arena for the whole process, so that a lone picture
   * gets all of them and pictures processed at once share them. The first pool of a process decides.
   */
  readonly opencvThreads: number;
  /** Tasks that may wait; one more is refused. */
  readonly queueSize: number;
  /** An image that keeps a thread busy for longer than this will do so for ever: native code cannot be interrupted. */
  readonly hangTimeoutMs: number;
  /** Told once that a thread hangs. From then on the pool takes no more work: the process has to be replaced. */
  readonly onHung: () => void;
  /** Where it is known which images are to be tried in a process of their own, or not at all. */
  readonly suspects?: Suspects;
  /** Told that an image was found to be at fault for a crash, or a hang. */
  readonly onRefused?: (sha256: string) => void;
  /** Replaces the worker's file in tests. */
  readonly workerFile?: string;
}

export interface RunSettings {
  readonly timeoutMs: number;
  /** Time after which the worker gives up what it can give up; by default what is left of `timeoutMs`. */
  readonly workLimitMs?: number;
  readonly priority: Priority;
  /** A process died that had the image in work: it is tried in a process of its own. */
  readonly isSuspect?: boolean;
  /**
   * Gets the image's bytes, shortly before it is its turn; the task's `file` does not count then. What it throws is
   * thrown as it is. Its time is part of `timeoutMs`.
   */
  readonly fetch?: () => Promise<Uint8Array>;
}

export interface PoolLoad {
  readonly threads: number;
  readonly running: number;
  readonly waiting: number;
}

export type PoolDetection = Omit<WorkerDetection, "timings"> & Pick<Detection, "timings">;
export type PoolAnalysis = Omit<WorkerAnalysis, "timings"> & Pick<Analysis, "timings">;
export type PoolInference = Omit<WorkerInference, "timings"> & {
  readonly timings: WorkerInference["timings"] & { readonly queueMs: number };
};

type Task = VisionTask | TensorTask;
type Answer = PoolDetection | PoolAnalysis | PoolInference;

const ONLY_FACES_HAAR = { facesHaar: true, models: [], networkThreads: 1 } as const;

interface Job {
  task: Task;
  readonly settings: RunSettings;
  readonly enqueuedAt: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (failure: unknown) => void;
  timer?: NodeJS.Timeout;
  /** It has kept a thread busy for long, and is a suspect until it ends. */
  isLate?: true;
}

const opencvThreadsFlag = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

const WORKER_FILE = fileURLToPath(new URL("../../workers/vision.worker.ts", import.meta.url));
const GUARDED_WORKER_FILE = fileURLToPath(new URL("../../workers/guarded.worker.ts", import.meta.url));
const POLL_MS = 10;
/**
 * Images fetched ahead of the threads: enough for the threads not to wait for the storage, few enough for the memory of
 * images of MAX_IMAGE_BYTES.
 */
const FETCHED_AHEAD = { atLeast: 4, perThread: 2 };

export class VisionPool {
  readonly #piscina: Piscina<Timed<Task>, WorkerAnswer>;
  readonly #settings: PoolSettings;
  readonly #waiting = new WaitingLine<Job>();
  /** Before they wait for a thread, images that came as references. */
  readonly #fetches: FetchQueue<Job>;
  readonly #running = new Set<Job>();
  readonly #watch: BusyWatch<Job>;
  /** Only where suspects are known. */
  readonly #trials: Trials | undefined;
  #isClosing = false;
  /** Before, threads are still loading: that takes its time, and the warm-up has a limit of its own. */
  #isWarm = false;
  #hung: Job | undefined;
  /** Moving average of the time a task keeps a thread busy. */
  #serviceMs = 5;

  private constructor(settings: PoolSettings, warmUp: VisionTask) {
    this.#settings = settings;
    const { haarEngine, maxImagePixels, maxSearchWindows, imageMemoryBytes, opencvThreads } = settings;
    const { suspects, onRefused = () => {}, onHung: _onHung, ...plain } = settings;
    const { hangTimeoutMs, workerFile = WORKER_FILE } = plain;
    this.#watch = new BusyWatch<Job>({
      timeoutMs: hangTimeoutMs,
      onLate: (job) => this.#suspect(job),
      onHung: (job) => this.#reportHung(job),
    });
    this.#fetches = new FetchQueue<Job>({
      maxHeld: Math.max(FETCHED_AHEAD.atLeast, FETCHED_AHEAD.perThread * settings.threads),
      fetch: ({ settings: { fetch } }) => (fetch as NonNullable<RunSettings["fetch"]>)(),
      onFetched: (job, file) => {
        job.task = { ...job.task, file };
        this.#admit(job);
      },
      onFailed: (job, error) => {
        clearTimeout(job.timer);
        job.reject(error);
      },
    });
    this.#trials = suspects && new Trials({ pool: plain, warmUp, suspects, onRefused });
    const workerData: WorkerSettings & GuardSettings = {
      ...{ haarEngine, maxImagePixels, maxSearchWindows, imageMemoryBytes, opencvThreads, opencvThreadsFlag },
      memory: MemoryBudget.create(imageMemoryBytes),
      ...(settings.served ?? ONLY_FACES_HAAR),
      workerFile,
      marks: suspects?.marks,
      journalFolder: suspects?.journalFolder,
    };
    this.#piscina = new Piscina({
      filename: GUARDED_WORKER_FILE,
      minThreads: settings.threads,
      maxThreads: settings.threads,
      workerData,
    });
    // A thread that dies without a task has nobody to tell; Piscina has replaced it already.
    this.#piscina.on("error", () => {});
  }

  /**
   * Starts the threads and has each of them process `warmUp`, so that the first request finds them warm.
   * @throws when a thread cannot start or does not answer as `isExpected` demands.
   */
  static async start(
    settings: PoolSettings,
    warmUp: VisionTask,
    isExpected: (detection: PoolDetection | PoolAnalysis) => boolean,
  ): Promise<VisionPool> {
    const pool = new VisionPool(settings, warmUp);
    const run = () => pool.run({ ...warmUp, isWarmUp: true }, { timeoutMs: 30_000, priority: "interactive" });
    // As many at once as there are threads: each thread gets one.
    const detections = await Promise.all(Array.from({ length: settings.threads }, run));
    if (!detections.every(isExpected)) {
      await pool.close();
      throw new Error("The detector does not reproduce its reference result on this machine.");
    }
    pool.#isWarm = true;
    return pool;
  }

  get load(): PoolLoad {
    return { threads: this.#settings.threads, running: this.#running.size, waiting: this.#waitingCount };
  }

  get #waitingCount(): number {
    return this.#fetches.size + this.#waiting.size;
  }

  /** Time an image keeps a thread busy, lately, in milliseconds. */
  get serviceMs(): number {
    return this.#serviceMs;
  }

  /** What the workers say of themselves: all are alike, but a model is only there if all of them have it. */
  async describe(): Promise<WorkerDescription> {
    const describe = () => this.#piscina.run(undefined as never, { name: "describe" }) as Promise<unknown>;
    // As many at once as there are threads: each thread gets one.
    const all = (await Promise.all(Array.from({ length: this.#settings.threads }, describe))) as WorkerDescription[];
    return {
      ...(all[0] as WorkerDescription),
      unavailable: Object.assign({}, ...all.map(({ unavailable }) => unavailable)),
    };
  }

  /**
   * Processes one image, or one tensor.
   * @throws what the image is at fault for (see `decodeGrey`), or the tensor (INVALID_TENSOR); OVERLOADED, WORKER_LOST
   * or IMAGE_TIMEOUT, which may be tried again; SHUTTING_DOWN; IMAGE_REFUSED.
   */
  run(task: DetectionTask, settings: RunSettings): Promise<PoolDetection>;
  run(task: AnalysisTask, settings: RunSettings): Promise<PoolAnalysis>;
  run(task: VisionTask, settings: RunSettings): Promise<PoolDetection | PoolAnalysis>;
  run(task: TensorTask, settings: RunSettings): Promise<PoolInference>;
  run(task: Task, settings: RunSettings): Promise<Answer> {
    const { timeoutMs, priority, fetch } = settings;
    return new Promise((resolve, reject) => {
      if (this.#isClosing || this.#hung) return reject(detectorShuttingDown());
      if (this.#waitingCount >= this.#settings.queueSize) return reject(this.#overloaded());
      const job: Job = { task, settings, enqueuedAt: performance.now(), resolve, reject };
      job.timer = setTimeout(() => this.#expire(job), timeoutMs);
      if (fetch) this.#fetches.push(job, priority);
      else this.#admit(job);
    });
  }

  /** Starts the process that suspects are tried in, so that the next of them finds it ready. */
  async prepareTrial(): Promise<void> {
    await this.#trials?.prepare();
  }

  /** Takes no more and refuses what waits; what runs goes on. */
  refuse(): void {
    this.#isClosing = true;
    this.#refuseWaiting();
  }

  /** Finishes what runs, refuses what waits, ends the threads. No thread is terminated inside native code. */
  async close(): Promise<void> {
    this.refuse();
    await Promise.all([this.#trials?.close(), this.#piscina.close()]);
    this.#watch.close();
  }

  /**
   * Answers all that is in work, before the process is ended with a thread that hangs. What does not hang has so long
   * to finish.
   */
  async abandon(graceMs: number): Promise<void> {
    this.refuse();
    const { suspects } = this.#settings;
    const hung = this.#hung;
    if (hung) {
      const sha256 = suspects && sha256Of(hung.task.file);
      hung.reject(sha256 ? imageRefused(sha256) : detectorShuttingDown());
    }
    const until = performance.now() + graceMs;
    while (this.#running.size > (hung ? 1 : 0) && performance.now() < until) await sleep(POLL_MS);
    for (const job of this.#running) job.reject(detectorShuttingDown());
    this.#trials?.kill();
  }

  /** The image's bytes are here. */
  #admit(job: Job): void {
    const { isSuspect, priority } = job.settings;
    if (isSuspect && this.#trials) return void this.#try(this.#trials, job);
    this.#waiting.push(job, priority);
    this.#dispatch();
  }

  #dispatch(): void {
    while (this.#running.size < this.#settings.threads) {
      const job = this.#waiting.shift();
      if (!job) return;
      this.#fetches.release(job);
      this.#running.add(job);
      void this.#execute(job);
    }
  }

  async #execute(job: Job): Promise<void> {
    const startedAt = performance.now();
    let isToBeTried = false;
    if (this.#isWarm) this.#watch.start(job);
    try {
      // A copy of its own is moved to the thread. Cloning a Buffer would clone all of the memory it is a view of,
      // and moving it would leave nothing to try again with.
      const file = new Uint8Array(job.task.file);
      const { timeoutMs, workLimitMs } = job.settings;
      const timeLimitMs = workLimitMs ?? job.enqueuedAt + timeoutMs - startedAt;
      const answer = await this.#piscina.run({ ...job.task, file, timeLimitMs }, { transferList: [file.buffer] });
      if ("mark" in answer) {
        isToBeTried = answer.mark === "suspect";
        if (!isToBeTried) job.reject(imageRefused(answer.sha256));
      } else if ("failure" in answer) {
        const { code, detail, data } = answer.failure;
        job.reject(failure(code, detail, data));
      } else {
        const queueMs = Math.round((startedAt - job.enqueuedAt) * 1000) / 1000;
        const { timings, ...detection } = answer.detection;
        job.resolve({ ...detection, timings: { queueMs, ...timings } } as Answer);
      }
    } catch (error) {
      job.reject(failure("WORKER_LOST", `The worker failed: ${error instanceof Error ? error.message : error}`));
    } finally {
      this.#watch.stop(job);
      if (job.isLate) this.#settings.suspects?.clear(entryOf(job.task));
      this.#running.delete(job);
      if (isToBeTried && this.#trials) void this.#try(this.#trials, job);
      else clearTimeout(job.timer);
      this.#serviceMs += (performance.now() - startedAt - this.#serviceMs) / 20;
      this.#dispatch();
    }
  }

  async #try(trials: Trials, job: Job): Promise<void> {
    try {
      job.resolve(await trials.run(job.task, entryOf(job.task)));
    } catch (error) {
      job.reject(error);
    } finally {
      clearTimeout(job.timer);
      this.#fetches.release(job);
    }
  }

  /** A task that runs cannot be ended from outside; its caller is told, its thread stays taken until it is done. */
  #expire(job: Job): void {
    const { timeoutMs } = job.settings;
    const hadBytes = this.#waiting.remove(job) || this.#trials?.drop(job.task);
    if (hadBytes) this.#fetches.release(job);
    const wasWaiting = hadBytes || this.#fetches.remove(job);
    const where = wasWaiting ? "still waited for a thread" : "was still being processed";
    job.reject(failure("IMAGE_TIMEOUT", `The image ${where} after ${timeoutMs} ms.`, { timeoutMs }));
  }

  /** Asked for again, it must not take a second thread. */
  #suspect(job: Job): void {
    job.isLate = true;
    this.#settings.suspects?.suspect(entryOf(job.task));
  }

  #reportHung(job: Job): void {
    if (this.#hung) return;
    this.#hung = job;
    this.#refuseWaiting();
    const { suspects, onRefused, onHung } = this.#settings;
    if (suspects) {
      const sha256 = sha256Of(job.task.file);
      suspects.refuse(sha256);
      onRefused?.(sha256);
    }
    onHung();
  }

  #refuseWaiting(): void {
    const refused = this.#fetches.removeAll();
    for (let job = this.#waiting.shift(); job; job = this.#waiting.shift()) refused.push(job);
    for (const job of refused) {
      clearTimeout(job.timer);
      job.reject(detectorShuttingDown());
    }
  }

  #overloaded(): Failure {
    const { threads, queueSize } = this.#settings;
    const backlogMs = (this.#waitingCount * this.#serviceMs) / threads;
    const detail = `${queueSize} images are waiting already.`;
    return failure("OVERLOADED", detail, { retryAfterSeconds: Math.max(1, Math.ceil(backlogMs / 1000)) });
  }
}

function entryOf(task: Task) {
  return { sha256: sha256Of(task.file), request: requestKey(task) };
}
