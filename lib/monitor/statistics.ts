import type { Statistics } from "../contracts/monitor.ts";
import type { Backends } from "../ports/backends.ts";
import { ActivityReader } from "./activity-reader.ts";
import { oldestWaiting } from "./oldest-waiting.ts";

/** Time for which a result is cached, so that the cost does not depend on the number of viewers. */
const SHARED_MS = 500;
/** A slow database gets a pause of many times what an answer took, within bounds. */
const PAUSE = { times: 5, atMostMs: 30_000 };
/** Dead letters are counted up to this number. */
const MAX_DEAD_LETTERS = 100;

/** Current statistics, computed from stored data, so that every node reports the same, before and after a restart. */
export class StatisticsReader {
  readonly #backends: Pick<Backends, "store" | "queue" | "log">;
  readonly #activity: ActivityReader;
  #answer: Promise<Omit<Statistics, "lastSequence">> | undefined;
  #expiresAt = 0;

  constructor(backends: Pick<Backends, "store" | "queue" | "log" | "activity">) {
    this.#backends = backends;
    this.#activity = new ActivityReader(backends);
  }

  async read(): Promise<Statistics> {
    // Never cached: a client that follows the log from here must not get a position before one it has seen.
    const lastSequence = await this.#backends.log.lastSequence();
    return { ...(await this.#shared()), lastSequence };
  }

  /** The last hour of the images of jobs. */
  async lastHour(): Promise<Statistics["activity"]> {
    return (await this.#shared()).activity;
  }

  async close(): Promise<void> {
    await this.#activity.close();
  }

  #shared(): Promise<Omit<Statistics, "lastSequence">> {
    const startedAt = performance.now();
    if (!this.#answer || startedAt > this.#expiresAt) {
      this.#expiresAt = Number.POSITIVE_INFINITY;
      const expireAfter = (pauseMs: number) => {
        this.#expiresAt = performance.now() + pauseMs;
      };
      this.#answer = this.#compute();
      this.#answer.then(
        () => expireAfter(Math.min(Math.max(SHARED_MS, PAUSE.times * (performance.now() - startedAt)), PAUSE.atMostMs)),
        () => expireAfter(SHARED_MS),
      );
    }
    return this.#answer;
  }

  async #compute(): Promise<Omit<Statistics, "lastSequence">> {
    const { store, queue } = this.#backends;
    const counting = queue.size();
    const [jobs, deadLetters, waiting, oldest] = await Promise.all([
      store.countJobs(),
      store.listDeadLetters({ limit: MAX_DEAD_LETTERS }),
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
      deadLetters: deadLetters.items.length,
      activity: { completeSince: new Date(completeSinceMs).toISOString(), ...activity },
    };
  }
}
