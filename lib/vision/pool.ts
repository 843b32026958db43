/**
 * The detector's threads.
 *
 * Piscina gets a task only when one of its threads is free; what waits, waits here. So a task that runs out of time
 * in the queue is simply taken out of it, and Piscina is never asked to abort: that would kill a thread in the middle
 * of native code.
 */
import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import type { Detection } from "../contracts/receipt.ts";
import type { Analysis } from "../contracts/results.ts";
import { type Failure, failure } from "../errors.ts";
import { MemoryBudget } from "./memory-budget.ts";
import type {
  AnalysisTask,
  DetectionTask,
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
  /** Replaces the worker's file in tests. */
  readonly workerFile?: string;
}

export interface RunSettings {
  readonly timeoutMs: number;
  readonly priority: Priority;
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
  readonly task: Task;
  readonly enqueuedAt: number;
  readonly timeoutMs: number;
  readonly resolve: (answer: Answer) => void;
  readonly reject: (failure: Failure) => void;
  timer?: NodeJS.Timeout;
}

const opencvThreadsFlag = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

const WORKER_FILE = fileURLToPath(new URL("../../workers/vision.worker.ts", import.meta.url));

export class VisionPool {
  readonly #piscina: Piscina<Timed<Task>, WorkerAnswer>;
  readonly #settings: PoolSettings;
  readonly #waiting = new WaitingLine<Job>();
  #running = 0;
  #isClosing = false;
  /** Before, threads are still loading: that takes its time, and the warm-up has a limit of its own. */
  #isWarm = false;
  #isHung = false;
  /** Moving average of the time a task keeps a thread busy. */
  #serviceMs = 5;

  private constructor(settings: PoolSettings) {
    this.#settings = settings;
    const { haarEngine, maxImagePixels, maxSearchWindows, imageMemoryBytes, opencvThreads } = settings;
    const workerData: WorkerSettings = {
      ...{ haarEngine, maxImagePixels, maxSearchWindows, imageMemoryBytes, opencvThreads, opencvThreadsFlag },
      memory: MemoryBudget.create(imageMemoryBytes),
      ...(settings.served ?? ONLY_FACES_HAAR),
    };
    this.#piscina = new Piscina({
      filename: settings.workerFile ?? WORKER_FILE,
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
    const pool = new VisionPool(settings);
    const run = () => pool.run(warmUp, { timeoutMs: 30_000, priority: "interactive" });
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
    return { threads: this.#settings.threads, running: this.#running, waiting: this.#waiting.size };
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
   * or IMAGE_TIMEOUT, which may be tried again; SHUTTING_DOWN.
   */
  run(task: DetectionTask, settings: RunSettings): Promise<PoolDetection>;
  run(task: AnalysisTask, settings: RunSettings): Promise<PoolAnalysis>;
  run(task: VisionTask, settings: RunSettings): Promise<PoolDetection | PoolAnalysis>;
  run(task: TensorTask, settings: RunSettings): Promise<PoolInference>;
  run(task: Task, { timeoutMs, priority }: RunSettings): Promise<Answer> {
    return new Promise((resolve, reject) => {
      if (this.#isClosing || this.#isHung) return reject(failure("SHUTTING_DOWN", "The detector is shutting down."));
      if (this.#waiting.size >= this.#settings.queueSize) return reject(this.#overloaded());
      const job: Job = { task, enqueuedAt: performance.now(), timeoutMs, resolve, reject };
      job.timer = setTimeout(() => this.#expire(job, timeoutMs), timeoutMs);
      this.#waiting.push(job, priority);
      this.#dispatch();
    });
  }

  /** Takes no more and refuses what waits; what runs goes on. */
  refuse(): void {
    this.#isClosing = true;
    this.#refuseWaiting();
  }

  /** Finishes what runs, refuses what waits, ends the threads. No thread is terminated inside native code. */
  async close(): Promise<void> {
    this.refuse();
    await this.#piscina.close();
  }

  #dispatch(): void {
    while (this.#running < this.#settings.threads) {
      const job = this.#waiting.shift();
      if (!job) return;
      this.#running++;
      void this.#execute(job);
    }
  }

  async #execute(job: Job): Promise<void> {
    const startedAt = performance.now();
    const watchdog = this.#isWarm ? setTimeout(() => this.#reportHung(), this.#settings.hangTimeoutMs) : undefined;
    try {
      // A copy of its own is moved to the thread. Cloning a Buffer would clone all of the memory it is a view of,
      // and moving it would leave nothing to try again with.
      const file = new Uint8Array(job.task.file);
      const timeLimitMs = job.enqueuedAt + job.timeoutMs - startedAt;
      const answer = await this.#piscina.run({ ...job.task, file, timeLimitMs }, { transferList: [file.buffer] });
      if ("failure" in answer) {
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
      clearTimeout(watchdog);
      clearTimeout(job.timer);
      this.#running--;
      this.#serviceMs += (performance.now() - startedAt - this.#serviceMs) / 20;
      this.#dispatch();
    }
  }

  /** A task that runs cannot be ended from outside; its caller is told, its thread stays taken until it is done. */
  #expire(job: Job, timeoutMs: number): void {
    const wasWaiting = this.#waiting.remove(job);
    const where = wasWaiting ? "still waited for a thread" : "was still being processed";
    job.reject(failure("IMAGE_TIMEOUT", `The image ${where} after ${timeoutMs} ms.`, { timeoutMs }));
  }

  #reportHung(): void {
    if (this.#isHung) return;
    this.#isHung = true;
    this.#refuseWaiting();
    this.#settings.onHung();
  }

  #refuseWaiting(): void {
    for (let job = this.#waiting.shift(); job; job = this.#waiting.shift()) {
      clearTimeout(job.timer);
      job.reject(failure("SHUTTING_DOWN", "The detector is shutting down."));
    }
  }

  #overloaded(): Failure {
    const { threads, queueSize } = this.#settings;
    const backlogMs = (this.#waiting.size * this.#serviceMs) / threads;
    const detail = `${queueSize} images are waiting already.`;
    return failure("OVERLOADED", detail, { retryAfterSeconds: Math.max(1, Math.ceil(backlogMs / 1000)) });
  }
}
