import { AckPolicy, DeliverPolicy, nanos } from "nats";
import type { JetStreamConnection } from "./connection.ts";

/** Inactivity after which JetStream deletes a consumer. Long, since its leases are lost with it. */
const MIN_INACTIVE_MS = 300_000;

/**
 * One consumer per active job, to pull its tasks from. All nodes share it. It is in the server's memory, since one on
 * disk is ten times as expensive to create: if it is lost, leased tasks are redelivered.
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

  /** Creates the job's consumer if it is missing. @returns its name. */
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

  /** Forgets a consumer that the server no longer has. */
  lose(priority: number, jobId: string): void {
    this.#forget(nameOf(priority, jobId));
  }

  /**
   * Removes consumers of jobs that had no tasks at the given time. Those used since are kept, as their leases would be
   * lost.
   */
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
    // Not retried: a waiting taker asks again, and meanwhile asks other jobs.
    return this.#jetstream.manager.consumers.add(this.#jetstream.stream("tasks"), {
      durable_name: name,
      filter_subject: subject,
      deliver_policy: DeliverPolicy.All,
      ack_policy: AckPolicy.Explicit,
      ack_wait: nanos(this.#leaseMs),
      // Takers count attempts and give up; JetStream redelivers without limit.
      max_deliver: -1,
      // Unlimited, since tasks waiting for a retry count as well.
      max_ack_pending: -1,
      inactive_threshold: nanos(Math.max(MIN_INACTIVE_MS, 10 * this.#leaseMs)),
      mem_storage: true,
    });
  }
}

function nameOf(priority: number, jobId: string): string {
  return `${priority}-${jobId}`;
}
