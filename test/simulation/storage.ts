/** What outlives the nodes of a simulation, and how a node reaches it. */
import type { CloudEvent } from "../../lib/jobs/events.ts";
import type { Backends } from "../../lib/ports/backends.ts";
import type { BlobStore } from "../../lib/ports/blob-store.ts";
import type { EventLog } from "../../lib/ports/event-log.ts";
import type { Lease, TaskQueue } from "../../lib/ports/task-queue.ts";
import type { Clock } from "../../lib/time/clock.ts";
import { RetentionClock } from "../../lib/time/retention-clock.ts";
import { MemoryBlobStore } from "./memory/blob-store.ts";
import { MemoryEventLog } from "./memory/event-log.ts";
import { never } from "./memory/interleave.ts";
import { MemoryJobStore } from "./memory/job-store.ts";
import { JobTables } from "./memory/job-tables.ts";
import { type LeaseTable, MemoryLeaderLeases } from "./memory/leader-leases.ts";
import { MemoryErasureStore, MemoryOwnerData } from "./memory/owner-data.ts";
import { MemoryTaskQueue, TaskTable } from "./memory/task-queue.ts";
import { MemoryWebhookStore } from "./memory/webhook-store.ts";
import { type SimulatedNode, START_MS, type World } from "./simulated-node.ts";

/** Probability that others act between two steps of a store that are not promised to be one. */
const INTERLEAVED = 0.3;
const INTERLEAVED_MS = 3;

export class Storage {
  readonly tables = new JobTables();
  readonly log = new MemoryEventLog();
  readonly webhooks = new MemoryWebhookStore();
  readonly blobs: MemoryBlobStore;
  readonly erasures = new MemoryErasureStore();
  /** Owners whose requests are refused. */
  readonly erased = new Set<string>();
  readonly #leases: LeaseTable = new Map();
  readonly #ownerData = new MemoryOwnerData(this.tables, this.webhooks, this.erased);
  readonly #world: World;
  readonly #clock: Pick<Clock, "after" | "steady">;
  readonly #leaseMs: number;
  tasks: TaskTable;

  /** @param leaseMs See `TaskQueue`. */
  constructor(world: World, leaseMs: number) {
    const { scheduler } = world;
    this.#world = world;
    this.#leaseMs = leaseMs;
    this.blobs = new MemoryBlobStore(() => scheduler.now);
    this.#clock = { after: (ms, action) => scheduler.after(ms, "queue", action), steady: () => scheduler.now };
    this.tasks = this.#newTasks();
  }

  /** For a node that shares the storage with others. */
  connect(node: SimulatedNode): Backends {
    return this.#connect(node, true);
  }

  /** For a process that keeps the storage for itself. The tasks of the one before are lost with it. */
  open(node: SimulatedNode): Backends {
    this.tables.keys.removeInFlight();
    this.tasks = this.#newTasks();
    this.#leases.clear();
    return this.#connect(node, false);
  }

  #newTasks(): TaskTable {
    return new TaskTable(this.#clock, this.#leaseMs, () => this.#world.faults.happens("task delivered twice"));
  }

  #connect(node: SimulatedNode, isShared: boolean): Backends {
    const { scheduler, random } = this.#world;
    const interleave = () =>
      random.chance(INTERLEAVED)
        ? new Promise<void>((resolve) => scheduler.after(random.next() * INTERLEAVED_MS, "store", resolve))
        : undefined;
    const memory = new MemoryJobStore(this.tables, isShared ? interleave : never);
    const store = node.remote("store", memory);
    store.onStored = (listener) =>
      memory.onStored(() => node.after(node.latencyMs(), "learns of stored events", listener));
    const log = node.remote("log", this.log);
    const append = (events: readonly CloudEvent[], end: number) => {
      const some = events.slice(0, random.integer(0, events.length));
      const partial = () => this.log.append(some, end);
      return node.call("log.append", () => this.log.append(events, end), { partial });
    };
    // The engine never appends wherever the log may end.
    log.append = append as EventLog["append"];
    log.subscribe = (listener) =>
      this.log.subscribe(() => node.after(node.latencyMs(), "learns of appended events", listener));
    const databaseTime = () => node.call("database time", () => START_MS + scheduler.now);
    const wallClocks = async () => [node.clock.now(), ...(isShared ? [await databaseTime()] : [])];
    const nothing = async () => {};
    const queue = this.#queue(node);
    const own = {
      store,
      log,
      queue,
      blobs: this.#blobs(node),
      webhooks: node.remote("webhooks", this.webhooks),
      leaderLeases: node.remote("leases", new MemoryLeaderLeases(this.#leases, node.name, this.#clock)),
      erasures: node.remote("erasures", this.erasures, { isEverLate: false }),
      ownerData: node.remote("ownerData", this.#ownerData),
      activity: { save: nothing, list: async () => [], sweep: nothing },
      history: { save: nothing, list: async () => [], sweep: nothing },
      audit: { sweep: async () => 0 },
      rateCounters: { sweep: nothing },
      uploads: { sweep: nothing },
      webhookSecrets: { find: async () => undefined },
      keys: { get: async () => undefined },
      sessions: { exists: (owner: string) => node.call("sessions.exists", () => !this.erased.has(owner)) },
      collections: { list: async () => [] },
      encodings: { releaseAll: nothing },
      isShared,
      retentionClock: new RetentionClock({ wallClocks, onNotice: () => {}, elapsedMs: node.clock.uptime }),
      close: () => queue.close(),
    };
    // Ports that have nothing to do with jobs have only what the engine calls.
    return own as unknown as Backends;
  }

  #queue(node: SimulatedNode): TaskQueue {
    const { random, faults } = this.#world;
    const memory = new MemoryTaskQueue(this.tasks);
    node.onDeath(() => void memory.close());
    const queue = node.remote("queue", memory);
    /** A message that never fails for its sender. */
    const send = (label: string, message: () => Promise<void>) =>
      node.call(label, () => (faults.happens("lease message lost") ? undefined : message())).catch(() => {});
    const received = (lease: Lease): Lease => ({
      task: lease.task,
      id: lease.id,
      delivery: lease.delivery,
      ack: () => send("lease.ack", lease.ack),
      extend: () => send("lease.extend", lease.extend),
      retry: (delayMs) => send("lease.retry", () => lease.retry(delayMs)),
    });
    queue.take = async (signal) => {
      const lease = await memory.take(signal);
      return new Promise((resolve) =>
        node.after(node.latencyMs(), "takes a task", () => resolve(lease && received(lease))),
      );
    };
    queue.push = (tasks) => {
      const some = tasks.slice(0, random.integer(0, tasks.length));
      return node.call("queue.push", () => memory.push(tasks), { partial: () => memory.push(some) });
    };
    queue.close = () => memory.close();
    return queue;
  }

  #blobs(node: SimulatedNode): BlobStore {
    const blobs = node.remote("blobs", this.blobs);
    blobs.upload = async (jobId) => {
      const upload = await node.call("blobs.upload", () => this.blobs.upload(jobId));
      return {
        put: (source, maxBytes) => node.call("upload.put", () => upload.put(source, maxBytes)),
        end: () => node.call("upload.end", () => upload.end()),
        abandon: () => node.call("upload.abandon", () => upload.abandon()).catch(() => {}),
      };
    };
    const listed = this.blobs;
    blobs.jobIds = async function* () {
      yield* await node.call("blobs.jobIds", () => [...listed.jobs.keys()]);
    };
    return blobs;
  }
}
