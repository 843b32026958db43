import { AckPolicy, DeliverPolicy, nanos } from "nats";
import type { JetStreamConnection } from "./connection.ts";

/** A consumer nobody asks goes by itself. Long, since with it go the leases it knows of. */
const MIN_INACTIVE_MS = 300_000;

/**
 * A consumer for each job that is worked on, by which its tasks are asked for. All nodes share it. It is in the
 * server's memory, since one on disk costs ten times as much to make: if it is lost, leased tasks come again.
 */
export class JobConsumers {
  readonly #jetstream: JetStreamConnection;
  readonly #leaseMs: number;
  readonly #opened = new Map<string, Promise<unknown>>();
  readonly #askedAt = new Map<string, number>();

  constructor(jetstream: JetStreamConnection, leaseMs: number) {
    this.#jetstream = jetstream;
    this.#leaseMs = leaseMs;
  }

  /** Makes sure of the job's consumer. @returns its name. */
  async open(priority: number, jobId: string): Promise<string> {
    const name = nameOf(priority, jobId);
    const opened = this.#opened.get(name) ?? this.#add(name, `${this.#jetstream.prefix}.tasks.${priority}.${jobId}`);
    this.#opened.set(name, opened);
    this.#askedAt.set(name, performance.now());
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

  /** Removes the consumers of jobs that had no tasks at the time. With a consumer asked since would go its leases. */
  retain(hadTasks: (priority: number, jobId: string) => boolean, at: number): Promise<void> {
    return this.#remove((name) => (this.#askedAt.get(name) ?? 0) < at && !hadTasks(Number(name[0]), name.slice(2)));
  }

  dropJob(jobId: string): Promise<void> {
    return this.#remove((name) => name.slice(2) === jobId);
  }

  async #remove(isUnneeded: (name: string) => boolean): Promise<void> {
    const { manager } = this.#jetstream;
    const stream = this.#jetstream.stream("tasks");
    const names = [...this.#opened.keys()].filter(isUnneeded);
    for (const name of names) this.#forget(name);
    await Promise.all(names.map((name) => this.#jetstream.find(() => manager.consumers.delete(stream, name))));
  }

  #forget(name: string): void {
    this.#opened.delete(name);
    this.#askedAt.delete(name);
  }

  #add(name: string, subject: string): Promise<unknown> {
    // Asked for once: whoever waits for a task asks again, and meanwhile for those of other jobs.
    return this.#jetstream.manager.consumers.add(this.#jetstream.stream("tasks"), {
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
