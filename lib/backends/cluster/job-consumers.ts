import { AckPolicy, DeliverPolicy, nanos } from "nats";
import type { Broker } from "./broker.ts";

/** Consumers a node has of jobs of one priority. Beyond them jobs wait until one of these is through. */
const MAX_CONSUMERS = 64;
/** A consumer nobody asks goes by itself. Long, since with it go the leases it knows of. */
const MIN_INACTIVE_MS = 300_000;

/**
 * A consumer for each job that is worked on, by which its tasks are asked for. All nodes share it. It is in the
 * server's memory: if it is lost, leased tasks come again.
 */
export class JobConsumers {
  readonly #broker: Broker;
  readonly #leaseMs: number;
  readonly #opened = new Map<string, Promise<unknown>>();
  readonly #counts = new Map<string, number>();

  constructor(broker: Broker, leaseMs: number) {
    this.#broker = broker;
    this.#leaseMs = leaseMs;
  }

  /** Makes sure of the job's consumer. @returns its name; undefined if there are too many already. */
  async open(priority: number, jobId: string): Promise<string | undefined> {
    const name = nameOf(priority, jobId);
    let opened = this.#opened.get(name);
    if (!opened) {
      const count = this.#counts.get(name[0] as string) ?? 0;
      if (count >= MAX_CONSUMERS) return undefined;
      this.#counts.set(name[0] as string, count + 1);
      opened = this.#add(name, `${this.#broker.prefix}.tasks.${priority}.${jobId}`);
      this.#opened.set(name, opened);
    }
    try {
      await opened;
      return name;
    } catch (error) {
      this.#forget(name);
      throw error;
    }
  }

  /** The server does not have it any more. */
  lose(priority: number, jobId: string): void {
    this.#forget(nameOf(priority, jobId));
  }

  /** Removes the consumers of jobs that have no tasks. */
  retain(hasTasks: (priority: number, jobId: string) => boolean): Promise<void> {
    return this.#remove((name) => !hasTasks(Number(name[0]), name.slice(2)));
  }

  dropJob(jobId: string): Promise<void> {
    return this.#remove((name) => name.slice(2) === jobId);
  }

  async #remove(isUnneeded: (name: string) => boolean): Promise<void> {
    const { manager } = this.#broker;
    const stream = this.#broker.stream("tasks");
    const names = [...this.#opened.keys()].filter(isUnneeded);
    for (const name of names) this.#forget(name);
    await Promise.all(names.map((name) => this.#broker.find(manager.consumers.delete(stream, name))));
  }

  #forget(name: string): void {
    if (!this.#opened.delete(name)) return;
    const priority = name[0] as string;
    this.#counts.set(priority, (this.#counts.get(priority) ?? 1) - 1);
  }

  #add(name: string, subject: string): Promise<unknown> {
    return this.#broker.manager.consumers.add(this.#broker.stream("tasks"), {
      durable_name: name,
      filter_subject: subject,
      deliver_policy: DeliverPolicy.All,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(this.#leaseMs),
      // Whoever takes tasks counts attempts and gives up; JetStream hands out for ever.
      max_deliver: -1,
      // Those that wait for a retry count as well: no bound.
      max_ack_pending: -1,
      inactive_threshold: nanos(Math.max(MIN_INACTIVE_MS, 10 * this.#leaseMs)),
      mem_storage: true,
    });
  }
}

function nameOf(priority: number, jobId: string): string {
  return `${priority}-${jobId}`;
}
