import { systemClock } from "./clock.ts";
import type { Backends } from "./ports/backends.ts";
import type { ClockJump, ClockState } from "./ports/retention-clock-store.ts";

/** Larger differences are jumps; smaller ones are corrections that every clock gets. */
export const CLOCK_TOLERANCE_MS = 5 * 60_000;
/** At a start: a run that was killed may have stored its last state so long before. */
const START_TOLERANCE_MS = 15 * 60_000;
/** A jump ahead is believed after the service has run for this time, in which the operator can set the clock right. */
const BELIEVED_AFTER_MS = 24 * 3_600_000;
/** A state is stored as often, and after each jump. */
const SAVE_EVERY_MS = 60_000;

export interface RetentionClockOptions {
  /** The clocks of this machine and, if it has one of its own, of the database; milliseconds since 1970. */
  readonly wallClocks: () => Promise<readonly number[]>;
  /** The last state of an earlier run, or a time that is known to be past. */
  readonly past?: ClockState | undefined;
  /** Keeps a state for the next run. */
  readonly save?: (state: ClockState) => Promise<void>;
  /** Called with a sentence about each jump. */
  readonly onNotice: (notice: string) => void;
  /** Milliseconds on a clock that nobody sets. It must count the time in which the machine was suspended. */
  readonly elapsedMs?: () => number;
}

/**
 * The time that retention goes by. A clock that is wrong must not delete anybody's results, so this time is never ahead
 * of any of the wall clocks, and it does not follow a jump ahead, such as the time in which the service did not run: it
 * continues at the rate of the monotonic clock, until the service has run for a day since. Data is kept too long at
 * worst. Follows a jump back at once.
 */
export class RetentionClock {
  readonly #options: Required<RetentionClockOptions>;
  #state: ClockState | undefined;
  #at: number;
  #savedAt = Number.NEGATIVE_INFINITY;
  /** Whether there was no call yet. */
  #isStart = true;

  constructor(options: RetentionClockOptions) {
    this.#options = { past: undefined, save: async () => {}, elapsedMs: systemClock.uptime, ...options };
    this.#state = this.#options.past;
    this.#at = this.#options.elapsedMs();
  }

  /** Milliseconds since 1970. Call it regularly: a jump is measured from the previous call. */
  async now(): Promise<number> {
    const { wallClocks, elapsedMs, onNotice } = this.#options;
    const clocks = await wallClocks();
    const wall = Math.min(...clocks);
    const apart = Math.max(...clocks) - wall;
    if (apart > CLOCK_TOLERANCE_MS)
      onNotice(
        `The clock of this machine and that of the database differ by ${seconds(apart)} s. Retention goes by the earlier.`,
      );
    const at = elapsedMs();
    const before = this.#state ?? { time: wall, jumps: [] };
    const isStart = this.#isStart;
    const state = advanced(before, wall, at - this.#at, isStart ? START_TOLERANCE_MS : CLOCK_TOLERANCE_MS);
    this.#isStart = false;
    this.#state = state;
    this.#at = at;
    const newest = state.jumps.at(-1);
    const hasJumped = newest?.waitedMs === 0;
    if (hasJumped || (isStart && newest))
      onNotice(
        `The clock is ${seconds(aheadOf(state.jumps))} s ahead of the time that is known to have passed. Removals of ` +
          `expired data do not follow it until the service has run for 24 h. If the clock is wrong, set it right before then.`,
      );
    if (hasJumped || at - this.#savedAt >= SAVE_EVERY_MS) await this.#save(state, at);
    return state.time;
  }

  /** What cannot be stored is stored later: on a full disk, removals must go on. */
  async #save(state: ClockState, at: number): Promise<void> {
    try {
      await this.#options.save(state);
      this.#savedAt = at;
    } catch {}
  }
}

/**
 * The state after a time in which the service has run, or of which nothing is known where none has passed. Pure.
 * @param wall What the wall clock says now.
 * @param toleranceMs Larger differences are jumps.
 */
function advanced({ time, jumps }: ClockState, wall: number, passedMs: number, toleranceMs: number): ClockState {
  const aheadMs = wall - (time + aheadOf(jumps) + passedMs);
  const waited = jumps.map((jump) => ({ ...jump, waitedMs: jump.waitedMs + passedMs }));
  const known = Math.abs(aheadMs) <= toleranceMs ? waited : jumped(waited, aheadMs);
  const left = known.filter(({ waitedMs }) => waitedMs < BELIEVED_AFTER_MS);
  return { time: wall - aheadOf(left), jumps: left };
}

/** A clock that is set back takes back the latest jumps, and waits again for what is left of one. */
function jumped(jumps: readonly ClockJump[], aheadMs: number): ClockJump[] {
  if (aheadMs > 0) return [...jumps, { aheadMs, waitedMs: 0 }];
  const newest = jumps.at(-1);
  if (!newest) return [];
  const rest = newest.aheadMs + aheadMs;
  const earlier = jumps.slice(0, -1);
  if (rest > CLOCK_TOLERANCE_MS) return [...earlier, { aheadMs: rest, waitedMs: 0 }];
  return rest < -CLOCK_TOLERANCE_MS ? jumped(earlier, rest) : earlier;
}

function aheadOf(jumps: readonly ClockJump[]): number {
  return jumps.reduce((sum, { aheadMs }) => sum + aheadMs, 0);
}

/**
 * The clock for what is removed from the backends because of its age. A single machine remembers its state; where
 * it has none yet, the newest event tells of a time that is past. The database of a cluster has a clock of its
 * own to compare with.
 * @param onNotice As of `RetentionClockOptions`.
 */
export async function retentionClockOf(
  backends: Pick<Backends, "log" | "isShared" | "databaseTime" | "retentionClock">,
  onNotice: (notice: string) => void,
  clock = systemClock,
): Promise<RetentionClock> {
  const { log, isShared, databaseTime, retentionClock: store } = backends;
  const wallClocks = async () => [clock.now(), ...(databaseTime ? [await databaseTime()] : [])];
  const past = isShared ? undefined : ((await store?.load()) ?? (await stateOfNewestEvent(log)));
  const save = async (state: ClockState) => store?.save(state);
  return new RetentionClock({ wallClocks, past, save, onNotice, elapsedMs: clock.uptime });
}

async function stateOfNewestEvent(log: Backends["log"]): Promise<ClockState | undefined> {
  const [newest] = await log.read({ after: (await log.lastSequence()) - 1, limit: 1 });
  return newest && { time: Date.parse(newest.event.time), jumps: [] };
}

function seconds(milliseconds: number): number {
  return Math.round(milliseconds / 1000);
}
