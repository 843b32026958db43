import type { Statistics } from "../contracts/monitor.ts";
import type { Backends } from "../ports/backends.ts";
import { ActivityWindow, WINDOW_MS } from "./activity-window.ts";
import { LogTail } from "./log-tail.ts";

/** Time for which a result is cached, so that the cost does not depend on the number of viewers. */
const SHARED_MS = 500;
/** At two events per image, about 200,000 images, which take a second to read after a start. */
const MAX_EVENTS = 400_000;
/** Dead letters are counted up to this number. */
const MAX_DEAD_LETTERS = 100;
const OLDEST_JOBS = 50;

/** Current statistics, computed from stored data, so that every node reports the same, before and after a restart. */
export class StatisticsReader {
  readonly #backends: Pick<Backends, "store" | "queue" | "log">;
  readonly #window = new ActivityWindow();
  readonly #tail: LogTail;
  #answer: Promise<Omit<Statistics, "lastSequence">> | undefined;
  #answeredAt = 0;

  constructor(backends: Pick<Backends, "store" | "queue" | "log">) {
    this.#backends = backends;
    this.#tail = new LogTail(backends.log, {
      windowMs: WINDOW_MS,
      maxEvents: MAX_EVENTS,
      onRestart: () => this.#window.clear(),
      onEvent: (event) => this.#window.add(event),
    });
  }

  async read(): Promise<Statistics> {
    // Never cached: a client that follows the log from here must not get a position before one it has seen.
    const lastSequence = await this.#backends.log.lastSequence();
    return { ...(await this.#shared()), lastSequence };
  }

  #shared(): Promise<Omit<Statistics, "lastSequence">> {
    if (!this.#answer || performance.now() - this.#answeredAt > SHARED_MS) {
      this.#answeredAt = Number.POSITIVE_INFINITY;
      this.#answer = this.#compute().finally(() => {
        this.#answeredAt = performance.now();
      });
    }
    return this.#answer;
  }

  async #compute(): Promise<Omit<Statistics, "lastSequence">> {
    const { store, queue } = this.#backends;
    await this.#tail.catchUp(Date.now());
    const [jobs, deadLetters, waiting] = await Promise.all([
      store.countJobs(),
      store.listDeadLetters({ limit: MAX_DEAD_LETTERS }),
      queue.size(),
    ]);
    const nowMs = Date.now();
    const oldest = await this.#oldestWaiting();
    const activity = this.#window.view(nowMs);
    const completeSinceMs = Math.max(this.#tail.completeSinceMs, Date.parse(activity.from));
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

  /** Time at which the longest-waiting image was queued. Checks only the oldest unfinished jobs. */
  async #oldestWaiting(): Promise<string | undefined> {
    const { store } = this.#backends;
    const { items } = await store.listJobs({
      filter: { states: ["queued", "running"] },
      sort: { by: "createdAt", descending: false },
      limit: OLDEST_JOBS,
    });
    let oldest: string | undefined;
    for (const { id, createdAt, queuedAt = createdAt } of items) {
      // A job is queued after its creation, so neither this job nor later ones can have waited longer.
      if (oldest !== undefined && createdAt >= oldest) break;
      const { pending } = await store.countImages(id);
      if (pending > 0 && (oldest === undefined || queuedAt < oldest)) oldest = queuedAt;
    }
    return oldest;
  }
}
