import { systemClock } from "./clock.ts";
import type { Backends } from "./ports/backends.ts";

/** Larger differences are jumps; smaller ones are corrections that every clock gets. */
export const CLOCK_TOLERANCE_MS = 5 * 60_000;
/** A clock that jumped ahead is believed after this time, in which the operator can set it right. */
const BELIEVED_AFTER_MS = 24 * 3_600_000;

export interface RetentionClockOptions {
  /** The clocks of this machine and, if it has one of its own, of the database; milliseconds since 1970. */
  readonly wallClocks: () => Promise<readonly number[]>;
  /** A time that is known to be past when the service starts, such as that of the newest event. */
  readonly past?: number | undefined;
  /** Called with a sentence about each jump. */
  readonly onNotice: (notice: string) => void;
  /** Milliseconds on a clock that nobody sets. It must count the time in which the machine was suspended. */
  readonly elapsedMs?: () => number;
}

/**
 * The time that retention goes by. A clock that is wrong must not delete anybody's results, so this time is never ahead
 * of any of the wall clocks, and it does not follow a jump ahead: it continues at the rate of the monotonic clock, until
 * the jump has lasted for a day. Data is kept too long at worst. Follows a jump back at once.
 */
export class RetentionClock {
  readonly #options: Required<RetentionClockOptions>;
  #last: { readonly time: number; readonly at: number } | undefined;
  #jump: { readonly aheadMs: number; readonly since: number } | undefined;

  constructor(options: RetentionClockOptions) {
    this.#options = { past: undefined, elapsedMs: systemClock.uptime, ...options };
    const { past, elapsedMs } = this.#options;
    if (past !== undefined) this.#last = { time: past, at: elapsedMs() };
  }

  /** Milliseconds since 1970. Call it regularly: a jump is measured from the previous call. */
  async now(): Promise<number> {
    const clocks = await this.#options.wallClocks();
    const wall = Math.min(...clocks);
    const ahead = Math.max(...clocks) - wall;
    if (ahead > CLOCK_TOLERANCE_MS)
      this.#options.onNotice(
        `The clock of this machine and that of the database differ by ${seconds(ahead)} s. Retention goes by the earlier.`,
      );
    const at = this.#options.elapsedMs();
    const steady = this.#last ? this.#last.time + at - this.#last.at : wall;
    const time = wall - steady > CLOCK_TOLERANCE_MS && !this.#isBelieved(wall - steady, at) ? steady : wall;
    if (time === wall) this.#jump = undefined;
    this.#last = { time, at };
    return time;
  }

  #isBelieved(aheadMs: number, at: number): boolean {
    if (!this.#jump || Math.abs(aheadMs - this.#jump.aheadMs) > CLOCK_TOLERANCE_MS) {
      this.#jump = { aheadMs, since: at };
      this.#options.onNotice(
        `The clock is ${seconds(aheadMs)} s ahead of the time that has passed since the last event or removal. Removals ` +
          `of expired data do not follow it for 24 h. If the clock is wrong, set it right before then.`,
      );
    }
    return at - this.#jump.since >= BELIEVED_AFTER_MS;
  }
}

/**
 * The clock for what is removed from the backends because of its age. A single machine remembers the time of its newest event;
 * the database of a cluster has a clock of its own to compare with.
 * @param onNotice As of `RetentionClockOptions`.
 */
export async function retentionClockOf(
  { log, isShared, databaseTime }: Pick<Backends, "log" | "isShared" | "databaseTime">,
  onNotice: (notice: string) => void,
  clock = systemClock,
): Promise<RetentionClock> {
  const wallClocks = async () => [clock.now(), ...(databaseTime ? [await databaseTime()] : [])];
  const past = isShared ? undefined : await newestEventTime(log);
  return new RetentionClock({ wallClocks, past, onNotice, elapsedMs: clock.uptime });
}

async function newestEventTime(log: Backends["log"]): Promise<number | undefined> {
  const [newest] = await log.read({ after: (await log.lastSequence()) - 1, limit: 1 });
  return newest && Date.parse(newest.event.time);
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds / 1000);
}
