import { Takers } from "../../../lib/backends/takers.ts";
import type { Lease, Task, TaskQueue } from "../../../lib/ports/task-queue.ts";
import type { Clock } from "../../../lib/time/clock.ts";

interface Entry {
  readonly task: Task;
  readonly id: string;
  deliveries: number;
  state: "waiting" | "delayed" | "leased";
  /** Ends the delay or the lease. */
  cancel: () => void;
}

/** The tasks of all nodes. */
export class TaskTable {
  readonly #clock: Pick<Clock, "after">;
  readonly #leaseMs: number;
  readonly #isDoubled: () => boolean;
  readonly #queues = new Set<MemoryTaskQueue>();
  /** When an owner, or a job without one, was last served: lower is earlier. */
  readonly #served = new Map<string, number>();
  #turns = 0;
  #pushed = 0;
  entries: Entry[] = [];

  /** @param isDoubled Whether a task that is delivered is left to be delivered once more. */
  constructor(clock: Pick<Clock, "after">, leaseMs: number, isDoubled = () => false) {
    this.#clock = clock;
    this.#leaseMs = leaseMs;
    this.#isDoubled = isDoubled;
  }

  connect(queue: MemoryTaskQueue): void {
    this.#queues.add(queue);
  }

  disconnect(queue: MemoryTaskQueue): void {
    this.#queues.delete(queue);
  }

  push(tasks: readonly Task[]): void {
    for (const task of tasks)
      this.entries.push({ task, id: `task ${++this.#pushed}`, deliveries: 0, state: "waiting", cancel: () => {} });
    this.serve();
  }

  serve(): void {
    for (const queue of this.#queues)
      while (queue.takers.size > 0) {
        const entry = this.#next();
        if (!entry) return;
        queue.takers.give(this.lease(entry));
      }
  }

  take(): Lease | undefined {
    const entry = this.#next();
    return entry && this.lease(entry);
  }

  lease(entry: Entry): Lease {
    const { task } = entry;
    if (this.#isDoubled()) this.push([task]);
    entry.state = "leased";
    entry.deliveries++;
    const delivery = entry.deliveries;
    const isOurs = () => entry.state === "leased" && entry.deliveries === delivery && this.entries.includes(entry);
    const start = () => {
      entry.cancel = this.#clock.after(this.#leaseMs, () => this.#wait(entry));
    };
    start();
    return {
      task,
      id: entry.id,
      delivery,
      ack: async () => {
        if (isOurs()) this.#remove((other) => other === entry);
      },
      extend: async () => {
        if (!isOurs()) return;
        entry.cancel();
        start();
      },
      retry: async (delayMs) => {
        if (!isOurs()) return;
        entry.cancel();
        if (delayMs > 0) this.#delay(entry, delayMs);
        else this.#wait(entry);
      },
    };
  }

  dropJob(jobId: string): void {
    this.#remove(({ task }) => task.jobId === jobId);
  }

  /** As a queue that keeps its tasks in memory, when its process ends. */
  clear(): void {
    this.#remove(() => true);
  }

  #delay(entry: Entry, delayMs: number): void {
    entry.state = "delayed";
    entry.cancel = this.#clock.after(delayMs, () => this.#wait(entry));
  }

  /** To the end of its owner's tasks. */
  #wait(entry: Entry): void {
    entry.state = "waiting";
    this.entries = [...this.entries.filter((other) => other !== entry), entry];
    this.serve();
  }

  #remove(isRemoved: (entry: Entry) => boolean): void {
    for (const entry of this.entries) if (isRemoved(entry)) entry.cancel();
    this.entries = this.entries.filter((entry) => !isRemoved(entry));
  }

  /** Of the highest priority, of the owner and then of the job that was served the longest ago, the first. */
  #next(): Entry | undefined {
    const waiting = this.entries.filter(({ state }) => state === "waiting");
    const rank = ({ task }: Entry) => [
      -task.priority,
      this.#served.get(ownerOf(task)) ?? 0,
      this.#served.get(`job ${task.jobId}`) ?? 0,
    ];
    const [next] = waiting
      .map((entry, place) => ({ entry, rank: [...rank(entry), place] }))
      .sort((a, b) => a.rank.map((part, n) => part - (b.rank[n] ?? 0)).find((difference) => difference !== 0) ?? 0);
    if (!next) return undefined;
    this.#turns++;
    this.#served.set(ownerOf(next.entry.task), this.#turns).set(`job ${next.entry.task.jobId}`, this.#turns);
    return next.entry;
  }
}

/** A node's queue. */
export class MemoryTaskQueue implements TaskQueue {
  readonly takers = new Takers();
  readonly #tasks: TaskTable;
  #isClosed = false;

  constructor(tasks: TaskTable) {
    this.#tasks = tasks;
    tasks.connect(this);
  }

  async push(tasks: readonly Task[]): Promise<void> {
    this.#tasks.push(tasks);
  }

  async take(signal?: AbortSignal): Promise<Lease | undefined> {
    if (this.#isClosed || signal?.aborted) return undefined;
    return this.#tasks.take() ?? this.takers.wait(signal);
  }

  async size(): Promise<number> {
    return this.#tasks.entries.reduce((images, { task }) => images + task.images, 0);
  }

  async jobsWithTasks(): Promise<Set<string>> {
    return new Set(this.#tasks.entries.map(({ task }) => task.jobId));
  }

  async dropJob(jobId: string): Promise<void> {
    this.#tasks.dropJob(jobId);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#tasks.disconnect(this);
    this.takers.dismiss();
  }
}

function ownerOf({ owner, jobId }: Task): string {
  return owner === undefined ? `owner of job ${jobId}` : `owner ${owner}`;
}
