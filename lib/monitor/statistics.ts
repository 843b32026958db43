import type { Statistics } from "../contracts/monitor.ts";
import type { Backends } from "../ports/backends.ts";
import { ActivityWindow, WINDOW_MS } from "./activity-window.ts";
import { LogTail } from "./log-tail.ts";

/** An answer is given again for this long, so that any number of onlookers cost the same. */
const SHARED_MS = 500;
/** Two events for an image: about 200,000 images, which is a second of reading after a start. */
const MAX_EVENTS = 400_000;
/** Dead letters are counted up to here. */
const MAX_DEAD_LETTERS = 100;
const OLDEST_JOBS = 50;

/** What is going on: computed from what is stored, so that every node says the same, before and after a restart. */
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
    // Never shared: whoever follows the log from here must not be told of a place before one that was seen.
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

  /** Since when the image has waited that has waited longest. Looks at the oldest unfinished jobs only. */
  async #oldestWaiting(): Promise<string | undefined> {
    const { store } = this.#backends;
    const { items } = await store.listJobs({
      filter: { states: ["queued", "running"] },
      sort: { by: "createdAt", descending: false },
      limit: OLDEST_JOBS,
    });
    let oldest: string | undefined;
    for (const { id, createdAt, queuedAt = createdAt } of items) {
      // A job is queued after it was created: neither this one nor those after it can have waited longer.
      if (oldest !== undefined && createdAt >= oldest) break;
      const { pending } = await store.countImages(id);
      if (pending > 0 && (oldest === undefined || queuedAt < oldest)) oldest = queuedAt;
    }
    return oldest;
  }
}
