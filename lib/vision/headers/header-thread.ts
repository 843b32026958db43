/** A thread that checks headers of images for callers that must not block their event loop. */
import { fileURLToPath } from "node:url";
import { Piscina } from "piscina";
import { type ErrorCode, type ErrorData, failure } from "../../errors.ts";
import { PriorityQueue } from "../priority-queue.ts";
import type { ImageFormat, ImageHeader } from "./header.ts";
import { formatOf } from "./image-header.ts";

export interface HeaderTask {
  readonly file: Uint8Array;
  readonly maxImagePixels: number;
}

export type HeaderAnswer =
  | { readonly header: ImageHeader }
  | { readonly failure: { readonly code: ErrorCode; readonly detail: string; readonly data: ErrorData } };

const WORKER_FILE = fileURLToPath(new URL("../../../workers/header.worker.ts", import.meta.url));
const IDLE_MS = 60_000;
/**
 * Formats whose headers may take long: a few kilobytes of WebPs, alone or in a TIFF, may take half a second. Other
 * formats take some milliseconds for each megabyte of a file.
 */
const SLOW: ReadonlySet<ImageFormat | undefined> = new Set(["tiff", "webp"]);

/**
 * One thread, which exists while it is needed. Files of formats that may take long wait for all other files, and take
 * turns by client. So whatever some clients send, other images wait for at most one slow file.
 */
export class HeaderThread {
  readonly #workerFile: string;
  /**
   * Checks that wait. Each begins when the previous one is over, so that only the file being checked is in memory
   * twice.
   */
  readonly #waiting = new PriorityQueue<() => void>();
  #isBusy = false;
  #pool: Piscina<HeaderTask, HeaderAnswer> | undefined;
  #fail: (error: Error) => void = () => {};

  /** @param workerFile Overrides the worker file in tests. */
  constructor(workerFile = WORKER_FILE) {
    this.#workerFile = workerFile;
  }

  /**
   * @param client The client that waits for it; see `CallMeta`.
   * @throws as `checkHeader` does; Error if the thread cannot be started
   */
  async check(file: Buffer, maxImagePixels: number, client?: string): Promise<ImageHeader> {
    await this.#turn(file, client);
    let answer: HeaderAnswer;
    try {
      answer = await this.#run(file, maxImagePixels);
    } finally {
      this.#endTurn();
    }
    if ("header" in answer) return answer.header;
    const { code, detail, data } = answer.failure;
    throw failure(code, detail, data);
  }

  async #turn(file: Buffer, client: string | undefined): Promise<void> {
    const priority = SLOW.has(formatOf(file)) ? "bulk" : "interactive";
    if (this.#isBusy) await new Promise<void>((begin) => this.#waiting.push(begin, priority, client));
    this.#isBusy = true;
  }

  #endTurn(): void {
    const begin = this.#waiting.shift();
    if (begin) begin();
    else this.#isBusy = false;
  }

  #run(file: Buffer, maxImagePixels: number): Promise<HeaderAnswer> {
    this.#pool ??= this.#start();
    // Cloning a Buffer would clone the whole memory underneath it.
    const copy = new Uint8Array(file);
    const failed = Promise.withResolvers<never>();
    this.#fail = failed.reject;
    const answer = this.#pool.run({ file: copy, maxImagePixels }, { transferList: [copy.buffer] });
    return Promise.race([answer, failed.promise]);
  }

  #start(): Piscina<HeaderTask, HeaderAnswer> {
    const filename = this.#workerFile;
    const pool = new Piscina({ filename, minThreads: 0, maxThreads: 1, idleTimeout: IDLE_MS, recordTiming: false });
    // If a thread cannot load its worker, for instance for lack of memory, Piscina would leave the task waiting
    // forever.
    pool.on("error", (error: Error) => {
      this.#pool = undefined;
      this.#fail(error);
      pool.destroy().catch(() => {});
    });
    return pool;
  }
}

const thread = new HeaderThread();

/**
 * Checks a header as `checkHeader` does, in a thread: most take less than a millisecond, but those of some TIFFs take
 * half a second. The thread starts when it is needed, and ends when it is not.
 * @param client See `HeaderThread.check`.
 * @throws as `HeaderThread.check` does
 */
export function checkHeaderInThread(file: Buffer, maxImagePixels: number, client?: string): Promise<ImageHeader> {
  return thread.check(file, maxImagePixels, client);
}
