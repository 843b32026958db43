/**
 * The pool's threads, run by Piscina. A busy thread may be sent a second task, so that it does not idle while the main
 * thread handles its answer and sends the next task, which takes about a third of the time of a small image.
 */
import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import { StartFailure } from "../start-failure.ts";
import { collectGarbage } from "./collect-garbage.ts";
import { MemoryBudget } from "./memory-budget.ts";
import type { Suspects } from "./suspects/suspects.ts";
import type {
  GuardSettings,
  PoolTask,
  SentTask,
  TimeLimit,
  WorkerAnswer,
  WorkerDescription,
  WorkerSettings,
} from "./task.ts";
import { TaskSlots } from "./task-slots.ts";

export interface ThreadsSettings
  extends Pick<WorkerSettings, "maxImagePixels" | "maxSearchWindows" | "imageMemoryBytes" | "haarEngine"> {
  /** Networks to load in addition to `faces-haar`, which is optional. */
  readonly served?: Pick<WorkerSettings, "facesHaar" | "models" | "networkThreads" | "providers">;
  readonly threads: number;
  /**
   * OpenCV's threads per image. They come from one arena per process: a lone image gets all of them, concurrent images
   * share them. The first pool of a process sets the number.
   */
  readonly opencvThreads: number;
  /** Record of images to be refused or tried in a separate process. */
  readonly suspects?: Suspects;
  /** Overrides the worker file in tests. */
  readonly workerFile?: string;
}

/** A task sent to a thread. */
export interface Sent {
  /** Undefined if the task was taken back. Rejected if the thread failed. */
  readonly answer: Promise<WorkerAnswer | undefined>;
  /** Start of the task on the clock of `processTime`; undefined until it starts. */
  readonly begunAt: number | undefined;
  /** Keeps the task from starting. @returns false if it is too late. */
  takeBack(): boolean;
}

/** Maximum number of sent and unanswered tasks per thread. */
export const TASKS_PER_THREAD = 2;
/**
 * Maximum time to start the threads. Large networks take long to load. The caller of a change of models waits longer.
 */
export const START_WITHIN_MS = 540_000;
const LONGEST_TIMER_MS = 2 ** 31 - 1;
const ONLY_FACES_HAAR = { facesHaar: true, models: [], networkThreads: 1, providers: [] } as const;
const WORKER_FILE = fileURLToPath(new URL("../../workers/vision.worker.ts", import.meta.url));
const GUARDED_WORKER_FILE = fileURLToPath(new URL("../../workers/guarded.worker.ts", import.meta.url));

const opencvThreadsFlag = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/**
 * Images leave free blocks in malloc's heaps and garbage in V8's, which both keep: 600 MiB became 720 MiB over 22,000
 * images. Returning the memory takes up to 0.1 s, so it is done when there is nothing else to do.
 */
export const TRIMMING = { idleMs: 20_000, everyMs: 20_000 };

export class VisionThreads {
  readonly #piscina: Piscina<SentTask, WorkerAnswer | undefined>;
  readonly count: number;
  /** Resolves to the first reason why a thread cannot load its worker. Piscina would try again forever. */
  readonly #firstFault: Promise<Error>;
  readonly #slots: TaskSlots;

  constructor(settings: ThreadsSettings) {
    const { threads, suspects, workerFile = WORKER_FILE, served = ONLY_FACES_HAAR } = settings;
    const { haarEngine, maxImagePixels, maxSearchWindows, imageMemoryBytes, opencvThreads } = settings;
    this.count = threads;
    const slots = TaskSlots.create(threads * TASKS_PER_THREAD);
    const memory = MemoryBudget.create(imageMemoryBytes, threads);
    this.#slots = new TaskSlots(slots);
    const workerData: WorkerSettings & GuardSettings = {
      ...{ haarEngine, maxImagePixels, maxSearchWindows, imageMemoryBytes, opencvThreads, opencvThreadsFlag },
      memory,
      ...served,
      workerFile,
      slots,
      marks: suspects?.marks,
      journalFolder: suspects?.journalFolder,
    };
    this.#piscina = startPiscina({
      filename: GUARDED_WORKER_FILE,
      minThreads: threads,
      maxThreads: threads,
      concurrentTasksPerWorker: TASKS_PER_THREAD,
      recordTiming: false,
      // Never reached: after this timeout, threads would be terminated inside native code, which aborts the process.
      closeTimeout: LONGEST_TIMER_MS,
      loadBalancer: (_task, workers) => {
        // Leaves tasks for threads that are still starting: no thread gets a second task before all are up.
        const most = workers.length === threads ? TASKS_PER_THREAD : 1;
        let least: (typeof workers)[number] | null = null;
        for (const worker of workers) if (worker.currentUsage < (least?.currentUsage ?? most)) least = worker;
        return least;
      },
      workerData,
    });
    const budget = new MemoryBudget(memory, imageMemoryBytes);
    const giveBack = () => budget.giveBackOfDead(this.#piscina.threads.map(({ threadId }) => threadId));
    // At this event, Piscina still lists the thread that has died, perhaps with its id.
    this.#piscina.on("workerDestroy", () => queueMicrotask(giveBack));
    const fault = Promise.withResolvers<Error>();
    this.#firstFault = fault.promise;
    // Once the threads are loaded, such an error means that an idle thread has died. Piscina has replaced it already.
    this.#piscina.on("error", fault.resolve);
  }

  /**
   * Sends a task to the thread with the fewest tasks. At most two per thread may be unanswered.
   * @throws RangeError if there is no memory for a copy of the file.
   */
  send(task: PoolTask, timeLimit: TimeLimit): Sent {
    // Transfers a copy to the thread. Cloning a Buffer would clone the whole memory underneath it, and transferring it
    // would leave nothing for a retry.
    const file = new Uint8Array(task.file);
    const slots = this.#slots;
    const slot = slots.take();
    let begunAt: number | undefined;
    const answer = this.#piscina
      .run({ ...task, file, slot, timeLimit }, { transferList: [file.buffer] })
      .finally(() => {
        begunAt = slots.begunAt(slot);
        slots.free(slot);
        isAnswered = true;
      });
    let isAnswered = false;
    return {
      answer,
      get begunAt() {
        return isAnswered ? begunAt : slots.begunAt(slot);
      },
      takeBack: () => !isAnswered && slots.takeBack(slot),
    };
  }

  /** Description of the threads. All are alike, but a model is available only if all threads have it. */
  async describe(): Promise<WorkerDescription> {
    const all = (await this.#inEach("describe")) as WorkerDescription[];
    return {
      ...(all[0] as WorkerDescription),
      unavailable: Object.assign({}, ...all.map(({ unavailable }) => unavailable)),
    };
  }

  /** Gives unused memory of the process back to the kernel: that of each thread's JavaScript, then malloc's. */
  async trimMemory(): Promise<void> {
    await this.#inEach("collectGarbage");
    collectGarbage();
    await this.#piscina.run(undefined as never, { name: "trimMemory" });
  }

  /** @throws what `work` throws, or the reason why a thread cannot load its worker; then all threads are stopped. */
  async firstWork<T>(work: Promise<T>): Promise<T> {
    const outcome = await Promise.race([work.then((result) => ({ result })), this.#firstFault]);
    if (!(outcome instanceof Error)) return outcome.result;
    work.catch(() => {});
    await this.#piscina.destroy();
    throw outcome;
  }

  /** Stops the threads once they have finished. None is terminated inside native code. */
  close(): Promise<void> {
    return this.#piscina.close();
  }

  /**
   * Calls a function of the worker file in each thread: as many concurrent calls as threads, so that each idle thread
   * gets one.
   */
  #inEach(name: string): Promise<unknown[]> {
    const run = () => this.#piscina.run(undefined as never, { name }) as Promise<unknown>;
    return Promise.all(Array.from({ length: this.count }, run));
  }
}

/** @throws StartFailure if the system does not allow that many threads */
function startPiscina(options: ConstructorParameters<typeof Piscina>[0]): Piscina<SentTask, WorkerAnswer | undefined> {
  try {
    return new Piscina(options);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_WORKER_INIT_FAILED") throw error;
    throw new StartFailure(
      `The system does not let the service start ${options?.minThreads} threads. Lower THREADS, or raise the limit of its tasks: ulimit -u, TasksMax of systemd, --pids-limit of a container.`,
    );
  }
}
