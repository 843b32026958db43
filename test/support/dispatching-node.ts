import { rmSync } from "node:fs";
import { expect } from "vitest";
import { openEmbedded } from "../../lib/backends/embedded.ts";
import { type ErrorCode, failure } from "../../lib/errors.ts";
import type { Outcome } from "../../lib/jobs/attempts.ts";
import { Dispatcher, type DispatcherSettings } from "../../lib/jobs/dispatcher.ts";
import type { JobImage, NewJob } from "../../lib/jobs/job.ts";
import type { Backends } from "../../lib/ports/backends.ts";
import type { Lease, Task, TaskQueue } from "../../lib/ports/task-queue.ts";
import { files, now, queued, result } from "../ports/sample-jobs.ts";
import { manualClock } from "./manual-clock.ts";
import { temporaryFolder } from "./service.ts";

export const LEASE_MS = 3_000;

/** A dispatcher over an embedded store. The test delivers its tasks, and reads what it did with them. */
export class DispatchingNode {
  readonly backends: Backends;
  readonly clock = manualClock(Date.parse(now));
  /** Steps of the dispatcher: what it did with leases and the queue, in order. */
  readonly steps: string[] = [];
  readonly errors: unknown[] = [];
  /** Opened by the test or, at the latest, after it. */
  readonly gate = Promise.withResolvers<void>();
  /** Workers that wait for a task. */
  readonly takers: ((lease: Lease | undefined) => void)[] = [];
  dispatcher: Dispatcher | undefined;
  readonly #folder: string;

  private constructor(folder: string, backends: Backends) {
    this.#folder = folder;
    this.backends = backends;
  }

  static async open(): Promise<DispatchingNode> {
    const folder = temporaryFolder();
    return new DispatchingNode(folder, await openEmbedded({ folder, leaseMs: LEASE_MS }));
  }

  start(changes: Partial<DispatcherSettings> = {}, more: Partial<Backends> = {}): Dispatcher {
    const queue: Pick<TaskQueue, "push" | "take"> = {
      push: async (tasks) => {
        this.steps.push(`push ${tasks.map(nameOf).join(", ")}`);
      },
      take: (signal) =>
        new Promise((resolve) => {
          this.takers.push(resolve);
          signal?.addEventListener("abort", () => resolve(undefined));
        }),
    };
    this.dispatcher = new Dispatcher(
      { ...this.backends, queue: { ...this.backends.queue, ...queue } as TaskQueue, ...more },
      {
        concurrency: 32,
        maxAttempts: 3,
        leaseMs: LEASE_MS,
        whenReady: async () => {},
        prepareSuspect: async () => {
          this.steps.push("prepare");
        },
        detect: this.detecting(() => result),
        clock: this.clock,
        onJobFinished: ({ state }) => this.steps.push(state),
        onError: (error) => this.errors.push(error),
        ...changes,
      },
    );
    return this.dispatcher;
  }

  /**
   * A detection that is recorded as a step. @param outcomeOf Outcome of an image by its index. If it throws, all images
   * fail.
   */
  detecting(outcomeOf: (index: number) => Outcome): DispatcherSettings["detect"] {
    return async (_job, images) => {
      this.steps.push(`detect ${images.map(({ index }) => index).join(", ")}`);
      return images.map(({ index }) => outcomeOf(index));
    };
  }

  /** Gives the task to a worker that is waiting. */
  async deliver(task: Task, delivery = 1, extend = async () => {}, id = "task"): Promise<void> {
    await expect.poll(() => this.takers.length).toBeGreaterThan(0);
    this.takers.shift()?.({
      task,
      id,
      delivery,
      ack: async () => {
        this.steps.push("ack");
      },
      retry: async (delayMs) => {
        this.steps.push(`retry ${delayMs}`);
      },
      extend: async () => {
        this.steps.push("extend");
        await extend();
      },
    });
  }

  /** Stores a queued job, whose images are one parcel. */
  async insert(images: number, fields: Partial<NewJob> = {}): Promise<void> {
    await this.backends.store.insertJob(queued("job", fields), files(images));
  }

  image(index: number): Promise<JobImage | undefined> {
    return this.backends.store.getImage("job", index);
  }

  /** An arrow function, so that it can be polled. */
  readonly lastStep = () => this.steps.at(-1);

  async close(): Promise<void> {
    this.gate.resolve();
    await this.dispatcher?.close();
    await this.backends.close();
    rmSync(this.#folder, { recursive: true });
  }
}

/** A detection that fails as a whole. */
export const failing = (code: ErrorCode) => async () => {
  throw failure(code, "As the test wants it.");
};

const nameOf = ({ parcel, image, images }: Task) => (image === undefined ? `${parcel} of ${images}` : `image ${image}`);
