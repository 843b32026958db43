/**
 * The threads of a pool, by Piscina. A thread may have a second task sent to it while it works on one: then it need not
 * stand still until the main thread has heard of its answer and has sent it another, which takes about as long as a
 * third of a small image.
 */
import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import { MemoryBudget } from "./memory-budget.ts";
import type { Suspects } from "./suspects/suspects.ts";
import type {
  GuardSettings,
  SentTask,
  TensorTask,
  TimeLimit,
  VisionTask,
  WorkerAnswer,
  WorkerDescription,
  WorkerSettings,
} from "./task.ts";
import { TaskSlots } from "./task-slots.ts";

export interface ThreadsSettings
  extends Pick<WorkerSettings, "maxImagePixels" | "maxSearchWindows" | "imageMemoryBytes" | "haarEngine"> {
  /** Networks to load beside `faces-haar`, which may be left out. */
  readonly served?: Pick<WorkerSettings, "facesHaar" | "models" | "networkThreads">;
  readonly threads: number;
  /**
   * Threads OpenCV may use for one image. They come out of one arena for the whole process, so that a lone image gets
   * all of them and images processed at once share them. The first pool of a process decides.
   */
  readonly opencvThreads: number;
  /** Where it is known which images are to be tried in a process of their own, or not at all. */
  readonly suspects?: Suspects;
  /** Replaces the worker's file in tests. */
  readonly workerFile?: string;
}

/** A task that was sent to a thread. */
export interface Sent {
  /** Undefined if it was taken back. Rejected if the thread failed. */
  readonly answer: Promise<WorkerAnswer | undefined>;
  /** By `processTime`; undefined as long as it has not begun. */
  readonly begunAt: number | undefined;
  /** Keeps it from beginning. @returns false if that is too late. */
  takeBack(): boolean;
}

/** That may be sent and not answered. */
export const TASKS_PER_THREAD = 2;
const ONLY_FACES_HAAR = { facesHaar: true, models: [], networkThreads: 1 } as const;
const WORKER_FILE = fileURLToPath(new URL("../../workers/vision.worker.ts", import.meta.url));
const GUARDED_WORKER_FILE = fileURLToPath(new URL("../../workers/guarded.worker.ts", import.meta.url));

const opencvThreadsFlag = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

export class VisionThreads {
  readonly #piscina: Piscina<SentTask, WorkerAnswer | undefined>;
  readonly #threads: number;
  readonly #slots: TaskSlots;

  constructor(settings: ThreadsSettings) {
    const { threads, suspects, workerFile = WORKER_FILE, served = ONLY_FACES_HAAR } = settings;
    const { haarEngine, maxImagePixels, maxSearchWindows, imageMemoryBytes, opencvThreads } = settings;
    this.#threads = threads;
    const slots = TaskSlots.create(threads * TASKS_PER_THREAD);
    this.#slots = new TaskSlots(slots);
    const workerData: WorkerSettings & GuardSettings = {
      ...{ haarEngine, maxImagePixels, maxSearchWindows, imageMemoryBytes, opencvThreads, opencvThreadsFlag },
      memory: MemoryBudget.create(imageMemoryBytes),
      ...served,
      workerFile,
      slots,
      marks: suspects?.marks,
      journalFolder: suspects?.journalFolder,
    };
    this.#piscina = new Piscina({
      filename: GUARDED_WORKER_FILE,
      minThreads: threads,
      maxThreads: threads,
      concurrentTasksPerWorker: TASKS_PER_THREAD,
      recordTiming: false,
      loadBalancer: (_task, workers) => {
        // A thread that still starts would get nothing if the others took two.
        const most = workers.length === threads ? TASKS_PER_THREAD : 1;
        let least: (typeof workers)[number] | null = null;
        for (const worker of workers) if (worker.currentUsage < (least?.currentUsage ?? most)) least = worker;
        return least;
      },
      workerData,
    });
    // A thread that dies without a task has nobody to tell; Piscina has replaced it already.
    this.#piscina.on("error", () => {});
  }

  /** Sends a task to the thread that has the fewest. At most two for each thread may be unanswered. */
  send(task: VisionTask | TensorTask, timeLimit: TimeLimit): Sent {
    const slots = this.#slots;
    const slot = slots.take();
    // A copy of its own is moved to the thread. Cloning a Buffer would clone all of the memory it is a view of,
    // and moving it would leave nothing to try again with.
    const file = new Uint8Array(task.file);
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

  /** What the threads say of themselves: all are alike, but a model is only there if all of them have it. */
  async describe(): Promise<WorkerDescription> {
    const describe = () => this.#piscina.run(undefined as never, { name: "describe" }) as Promise<unknown>;
    // As many at once as there are threads: each thread gets one.
    const all = (await Promise.all(Array.from({ length: this.#threads }, describe))) as WorkerDescription[];
    return {
      ...(all[0] as WorkerDescription),
      unavailable: Object.assign({}, ...all.map(({ unavailable }) => unavailable)),
    };
  }

  /** Ends the threads when they are done. None is terminated inside native code. */
  close(): Promise<void> {
    return this.#piscina.close();
  }
}
