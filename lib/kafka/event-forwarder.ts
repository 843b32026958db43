import { isFailure } from "../errors.ts";
import { cursorAfter, type EventCursor, parseCursor } from "../jobs/event-cursor.ts";
import { readEvents } from "../jobs/event-reader.ts";
import { sequenced } from "../jobs/events.ts";
import { alwaysLeading, type Leadership } from "../leadership/leader-lease.ts";
import type { EventLog, LoggedEvent } from "../ports/event-log.ts";
import type { EventSink } from "../ports/event-sink.ts";
import type { ReaderPositions } from "../ports/reader-positions.ts";
import { type Clock, pause, systemClock } from "../time/clock.ts";
import { Rounds } from "../time/rounds.ts";

const PAGE = 500;
/** Pause of a node that does not lead before it tries again to lead. */
const STANDBY_MS = 1_000;
/** How long a shutdown waits for the current page: Kafka's client repeats requests to a hung broker for minutes. */
const CLOSE_WITHIN_MS = 5_000;

export interface EventForwarderOptions {
  readonly log: EventLog;
  readonly positions: ReaderPositions;
  readonly sink: EventSink;
  /** Name of the forwarder among the readers of the log. */
  readonly reader: string;
  /** Called with the number of events that were stored in the sink; 0 if there were none to store. */
  readonly onForwarded: (events: number) => void;
  /** Called when a round ends because another node leads. */
  readonly onStandBy: () => void;
  /** Called when the log was restored from a backup, and is read from its beginning. */
  readonly onRestart: () => void;
  /** Called when a round fails. It is retried after `retryDelayMs`. */
  readonly onError: (error: unknown) => void;
  readonly retryDelayMs?: number;
  readonly lease?: Leadership;
  readonly clock?: Clock;
}

/** Where the log is read from, and the stored position of the reader. */
interface Position extends EventCursor {
  readonly stored: string | undefined;
}

/**
 * Copies the event log to a sink, in order, from its beginning. The position is stored after each page, so events of a
 * page that a crash interrupts are sent again. While the sink is away, events wait in the log and take no memory.
 */
export class EventForwarder {
  readonly #options: Required<EventForwarderOptions>;
  readonly #rounds: Rounds;
  readonly #unsubscribe: () => void;
  #position: Position | undefined;
  #cancelTimer: (() => void) | undefined;
  #isClosed = false;

  constructor(options: EventForwarderOptions) {
    this.#options = { retryDelayMs: 2_000, lease: alwaysLeading, clock: systemClock, ...options };
    const { log, clock, retryDelayMs, onError } = this.#options;
    this.#rounds = new Rounds(() => this.#forward(), { clock, retryDelayMs, onError });
    this.#unsubscribe = log.subscribe(() => this.#rounds.wake());
    this.#rounds.wake();
  }

  /** Events of the log that are not in the sink yet. */
  async lag(): Promise<number> {
    const { log, positions, reader } = this.#options;
    const [last, stored] = await Promise.all([log.lastSequence(), positions.get(reader)]);
    const { after } = cursorOf(stored);
    if (last <= after) return 0;
    // The events before the next one were erased or have expired; all of them if there is no next one.
    const [next] = await log.read({ after, limit: 1 });
    return next ? Math.max(0, last - next.sequence + 1) : 0;
  }

  /** Completes the current page, unless the sink takes long. The next leader sends unconfirmed events again. */
  async close(): Promise<void> {
    const { clock, sink, lease, onError } = this.#options;
    this.#isClosed = true;
    this.#unsubscribe();
    const over = new AbortController();
    void this.#rounds.close().finally(() => over.abort());
    await pause(clock, CLOSE_WITHIN_MS, over.signal);
    this.#cancelTimer?.();
    const closed = sink.close().catch(onError);
    // A page that is still being sent keeps its connection for as long as the broker may take to answer.
    if (over.signal.aborted) await closed;
    await lease.release().catch(onError);
  }

  async #forward(): Promise<void> {
    const { positions, sink, reader, lease, onForwarded } = this.#options;
    this.#cancelTimer?.();
    while (!this.#isClosed) {
      if (!(await lease.isLeader())) {
        this.#position = undefined;
        return this.#standBy();
      }
      this.#position ??= await this.#load();
      const { stored } = this.#position;
      const page = await this.#read(this.#position);
      const last = page.at(-1);
      if (!last) return onForwarded(0);
      await sink.publish(page.map(({ sequence, event }) => sequenced(sequence, event)));
      const next = cursorAfter(last);
      const isMoved = await positions.move(reader, stored, next);
      // Another node has taken over meanwhile, and will send the remaining events.
      this.#position = isMoved ? { after: last.sequence, stored: next } : undefined;
      onForwarded(page.length);
    }
  }

  async #load(): Promise<Position> {
    const stored = await this.#options.positions.get(this.#options.reader);
    return { ...cursorOf(stored), stored };
  }

  async #read({ stored, ...cursor }: Position): Promise<LoggedEvent[]> {
    const { log, onRestart } = this.#options;
    try {
      return (await readEvents(log, { ...cursor, limit: PAGE }, 0)).items;
    } catch (error) {
      if (!isFailure(error) || error.type !== "CURSOR_GONE") throw error;
      onRestart();
      this.#position = { after: 0, stored };
      return (await readEvents(log, { after: 0, limit: PAGE }, 0)).items;
    }
  }

  #standBy(): void {
    if (this.#isClosed) return;
    this.#options.onStandBy();
    this.#cancelTimer = this.#options.clock.after(STANDBY_MS, () => this.#rounds.wake());
  }
}

function cursorOf(stored: string | undefined): EventCursor {
  return (stored !== undefined && parseCursor(stored)) || { after: 0 };
}
