import { systemClock } from "./clock.ts";

/** A jump ahead of a wall clock that the retention clock does not follow yet. */
interface ClockJump {
  readonly aheadMs: number;
  /** Milliseconds that the service has run since the jump. */
  readonly waitedMs: number;
}

/** The state of a `RetentionClock`. */
export interface ClockState {
  /** The retention time in milliseconds since 1970. The wall clock is ahead of it by the sum of all jumps. */
  readonly time: number;
  /** Jumps, the latest last. */
  readonly jumps: readonly ClockJump[];
}

/** Larger differences are jumps; smaller ones are ordinary corrections of a clock. */
export const CLOCK_TOLERANCE_MS = 5 * 60_000;
/** Tolerance at a start: a run that was killed may have stored its last state that long before it ended. */
const START_TOLERANCE_MS = 15 * 60_000;
/** A jump ahead is believed after the service has run for this time, in which the operator can set the clock right. */
const BELIEVED_AFTER_MS = 24 * 3_600_000;
/** Interval at which the state is stored. It is also stored after each jump. */
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
 * The time that retention uses. A wrong clock must not delete anybody's results, so this time is never ahead of any of
 * the wall clocks, and it does not follow a jump ahead at once. (Time in which the service did not run is such a jump.)
 * It continues at the rate of the monotonic clock until the service has run for a day after the jump. At worst, data is
 * kept too long. A jump back is followed at once. Each process has one such clock.
 */
export class RetentionClock {
  readonly #options: Required<RetentionClockOptions>;
  #state: ClockState | undefined;
  #at: number;
  #savedAt = Number.NEGATIVE_INFINITY;
  /** True until the first call of `now`. */
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

  /** An error is ignored, and the state is stored by a later call: removals must go on when the disk is full. */
  async #save(state: ClockState, at: number): Promise<void> {
    try {
      await this.#options.save(state);
      this.#savedAt = at;
    } catch {}
  }
}

/**
 * The state after some time in which the service has run. Pure.
 * @param wall The present time of the wall clock.
 * @param passedMs That time by the monotonic clock; about 0 at a start.
 * @param toleranceMs Larger differences are jumps.
 */
function advanced({ time, jumps }: ClockState, wall: number, passedMs: number, toleranceMs: number): ClockState {
  const aheadMs = wall - (time + aheadOf(jumps) + passedMs);
  const waited = jumps.map((jump) => ({ ...jump, waitedMs: jump.waitedMs + passedMs }));
  const known = Math.abs(aheadMs) <= toleranceMs ? waited : jumped(waited, aheadMs);
  const left = known.filter(({ waitedMs }) => waitedMs < BELIEVED_AFTER_MS);
  return { time: wall - aheadOf(left), jumps: left };
}

/**
 * Adds a jump ahead. If the clock was set back, the latest jumps are taken back, and what is left of one waits again.
 */
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

function seconds(milliseconds: number): number {
  return Math.round(milliseconds / 1000);
}
