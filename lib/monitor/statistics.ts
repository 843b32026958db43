import type { Statistics } from "../contracts/monitor.ts";
import type { Backends } from "../ports/backends.ts";
import { ActivityReader } from "./activity-reader.ts";
import { countDeadLetters } from "./dead-letters.ts";
import { oldestWaiting } from "./oldest-waiting.ts";
import { SharedAnswer } from "./shared-answer.ts";

/** Statistics of the service as a whole. */
type ServiceStatistics = Required<Statistics>;

/** Current statistics, computed from stored data, so that every node reports the same, before and after a restart. */
export class StatisticsReader {
  readonly #backends: Pick<Backends, "store" | "queue" | "log">;
  readonly #activity: ActivityReader;
  readonly #answer = new SharedAnswer(() => this.#compute());

  constructor(backends: Pick<Backends, "store" | "queue" | "log" | "activity">) {
    this.#backends = backends;
    this.#activity = new ActivityReader(backends);
  }

  async read(): Promise<ServiceStatistics> {
    // Never cached: a client that follows the log from here must not get a position before one it has seen.
    const lastSequence = await this.#backends.log.lastSequence();
    return { ...(await this.#answer.get()), lastSequence };
  }

  /** Activity of jobs in the last hour. */
  async lastHour(): Promise<ServiceStatistics["activity"]> {
    return (await this.#answer.get()).activity;
  }

  async close(): Promise<void> {
    await this.#activity.close();
  }

  async #compute(): Promise<Omit<ServiceStatistics, "lastSequence">> {
    const { store, queue } = this.#backends;
    const counting = queue.size();
    const [jobs, deadLetters, waiting, oldest] = await Promise.all([
      store.countJobs(),
      countDeadLetters(store),
      counting,
      counting.then((count) => (count > 0 ? oldestWaiting(store) : undefined)),
      this.#activity.catchUp(Date.now()),
    ]);
    const nowMs = Date.now();
    const activity = this.#activity.view(nowMs);
    const completeSinceMs = Math.max(this.#activity.completeSinceMs, Date.parse(activity.from));
    return {
      time: new Date(nowMs).toISOString(),
      queue: {
        waiting,
        oldestSeconds: oldest === undefined ? null : Math.max(0, Math.round((nowMs - Date.parse(oldest)) / 100) / 10),
      },
      jobs,
      deadLetters,
      activity: { completeSince: new Date(completeSinceMs).toISOString(), ...activity },
    };
  }
}
