/**
 * Reads the newest part of the event log, and new events on demand. Costs nothing while nobody watches, and a restart
 * loses nothing, since everything is in the log.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { CloudEvent } from "../jobs/events.ts";
import type { EventLog } from "../ports/event-log.ts";

const PAGE = 500;

export interface LogTailSettings {
  /** How far back the first read goes. */
  readonly windowMs: number;
  /** Maximum number of events per read. Older events are skipped, both at first and after a longer gap. */
  readonly maxEvents: number;
  /** Called before events that do not directly follow the previous ones. */
  readonly onRestart: () => void;
  readonly onEvent: (event: CloudEvent) => void;
}

export class LogTail {
  readonly #log: Pick<EventLog, "read" | "lastSequence">;
  readonly #settings: LogTailSettings;
  #sequence: number | undefined;
  #reading: Promise<void> | undefined;
  #completeSinceMs = 0;

  constructor(log: Pick<EventLog, "read" | "lastSequence">, settings: LogTailSettings) {
    this.#log = log;
    this.#settings = settings;
  }

  /** Sequence of the newest event that was read. */
  get sequence(): number {
    return this.#sequence ?? 0;
  }

  /** Time since which no event was skipped, in milliseconds since 1970. */
  get completeSinceMs(): number {
    return this.#completeSinceMs;
  }

  /** Reads up to the current end of the log. Concurrent callers share the work. */
  catchUp(nowMs: number): Promise<void> {
    this.#reading ??= this.#read(nowMs).finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #read(nowMs: number): Promise<void> {
    const { maxEvents, onEvent } = this.#settings;
    const last = await this.#log.lastSequence();
    if (this.#sequence === undefined || last - this.#sequence > maxEvents) await this.#begin(nowMs, last);
    for (let after = this.sequence; after < last; after = this.sequence) {
      const page = await this.#log.read({ after, limit: PAGE });
      for (const { event } of page) onEvent(event);
      this.#sequence = page.at(-1)?.sequence ?? last;
      // Yield: a store that responds without I/O would starve the event loop.
      await nextTurn();
    }
  }

  /**
   * Finds the start by binary search, since sequences ascend with time: about as many reads as `maxEvents` has bits.
   */
  async #begin(nowMs: number, last: number): Promise<void> {
    const { windowMs, maxEvents, onRestart } = this.#settings;
    const since = new Date(nowMs - windowMs).toISOString();
    const bound = Math.max(last - maxEvents, 0);
    let [low, high] = [bound, last];
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      const time = await this.#timeAfter(middle);
      if (time !== undefined && time < since) low = middle + 1;
      else high = middle;
    }
    const first = low === bound && bound > 0 ? await this.#timeAfter(low) : undefined;
    this.#completeSinceMs = first === undefined ? nowMs - windowMs : Date.parse(first);
    this.#sequence = low;
    onRestart();
  }

  async #timeAfter(sequence: number): Promise<string | undefined> {
    const [next] = await this.#log.read({ after: sequence, limit: 1 });
    return next?.event.time;
  }
}
