import { AckPolicy, DeliverPolicy, nanos } from "nats";
import type { JetStreamConnection } from "./connection.ts";
import { jetStreamCode } from "./failure.ts";
import { laneFilter } from "./lanes.ts";

/** Inactivity after which JetStream deletes a consumer. It is long because the consumer's leases are lost with it. */
const MIN_INACTIVE_MS = 300_000;
/** "consumer already exists", with another configuration, in JetStream's error codes. */
const CONSUMER_EXISTS = 10148;

/**
 * One consumer for each lane, to pull its tasks from. All nodes share it. It is kept in the server's memory, since one
 * on disk is ten times as expensive to create. If it is lost, leased tasks are redelivered.
 */
export class LaneConsumers {
  readonly #jetstream: JetStreamConnection;
  readonly #leaseMs: number;
  readonly #opened = new Map<string, Promise<unknown>>();

  constructor(jetstream: JetStreamConnection, leaseMs: number) {
    this.#jetstream = jetstream;
    this.#leaseMs = leaseMs;
  }

  /** Creates the lane's consumer if it is missing. @returns its name. */
  async open(priority: number, lane: number): Promise<string> {
    const name = nameOf(priority, lane);
    const opened = this.#opened.get(name) ?? this.#add(name, laneFilter(this.#jetstream.prefix, priority, lane));
    this.#opened.set(name, opened);
    try {
      await opened;
      return name;
    } catch (error) {
      this.#opened.delete(name);
      throw error;
    }
  }

  /** Forgets a consumer that the server may no longer have. */
  lose(priority: number, lane: number): void {
    this.#opened.delete(nameOf(priority, lane));
  }

  /** Not retried: a waiting taker asks again, and in the meantime it asks other lanes. */
  async #add(name: string, subject: string): Promise<void> {
    const { consumers } = this.#jetstream.manager;
    const stream = this.#jetstream.stream("tasks");
    const times = {
      ack_wait: nanos(this.#leaseMs),
      inactive_threshold: nanos(Math.max(MIN_INACTIVE_MS, 10 * this.#leaseMs)),
    };
    try {
      await consumers.add(stream, {
        ...times,
        durable_name: name,
        filter_subject: subject,
        deliver_policy: DeliverPolicy.All,
        ack_policy: AckPolicy.Explicit,
        // Takers count attempts and give up; JetStream redelivers without limit.
        max_deliver: -1,
        // Unlimited, since tasks waiting for a retry count as well.
        max_ack_pending: -1,
        mem_storage: true,
      });
    } catch (error) {
      if (jetStreamCode(error) !== CONSUMER_EXISTS) throw error;
      // The consumer has outlived nodes with another lease time.
      await consumers.update(stream, name, times);
    }
  }
}

/** Names begin with a letter, unlike those of former versions (`former-tasks.ts`). */
function nameOf(priority: number, lane: number): string {
  return `lane-${priority}-${lane}`;
}
