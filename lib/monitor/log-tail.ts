/**
 * Reads the newest part of the event log, and later what came since, when it is asked to: nobody looking costs
 * nothing, and a restart forgets nothing, since all of it is in the log.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import type { CloudEvent } from "../jobs/events.ts";
import type { EventLog } from "../ports/event-log.ts";

const PAGE = 500;

export interface LogTailSettings {
  /** How far back to go at first. */
  readonly windowMs: number;
  /** The most events that are read at a time: what is older is left out, and so is what makes a longer gap. */
  readonly maxEvents: number;
  /** Called before events that do not follow those before them. */
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

  /** The sequence of the newest event that was read. */
  get sequence(): number {
    return this.#sequence ?? 0;
  }

  /** The time since which no event was left out, in milliseconds since 1970. */
  get completeSinceMs(): number {
    return this.#completeSinceMs;
  }

  /** Reads up to the end of the log as it is now. Those who ask meanwhile share the work. */
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
      // A store that answers at once would leave no turn to anybody else.
      await nextTurn();
    }
  }

  /** Finds where to begin. Sequences ascend with time, so it takes about as many reads as `maxEvents` has bits. */
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
