import type { Config } from "../config.ts";
import { Housekeeping } from "../leadership/housekeeping.ts";
import type { Backends } from "../ports/backends.ts";
import { nowTimestamp } from "../time/timestamp.ts";

const PAGE = 100;

export interface SessionSweepOptions {
  /** Erases all jobs, collections and encodings of an owner. Repeated for one that was left half erased. */
  readonly erase: (owner: string) => Promise<void>;
  readonly onError: (error: unknown) => void;
}

/** Periodically ends sessions that have not been used for long, and erases what belongs to them. */
export class SessionSweep {
  readonly #housekeeping: Housekeeping;

  constructor(
    { sessions, ownerData, leaderLeases, retentionClock }: Backends,
    { sessionMaxIdleMs, sweepIntervalMs }: Pick<Config, "sessionMaxIdleMs" | "sweepIntervalMs">,
    { erase, onError }: SessionSweepOptions,
  ) {
    const eraseAll = async (ids: readonly string[], signal: AbortSignal) => {
      const erased: string[] = [];
      for (const id of ids) {
        signal.throwIfAborted();
        try {
          await erase(id);
          erased.push(id);
        } catch (error) {
          onError(error);
        }
      }
      if (erased.length > 0) await ownerData.remove(erased);
      for (const id of erased) await sessions.removeEnded(id);
    };
    const run = async (signal: AbortSignal) => {
      const idleSince = new Date((await retentionClock.now()) - sessionMaxIdleMs).toISOString();
      while (await sessions.endIdle(idleSince, nowTimestamp(), PAGE)) signal.throwIfAborted();
      // Includes sessions that an earlier run has ended but not erased.
      for (let ids = await sessions.ended("", PAGE); ids.length > 0; ids = await sessions.ended(ids.at(-1) ?? "", PAGE))
        await eraseAll(ids, signal);
    };
    const chore = { lease: "end-idle-sessions", everyMs: sweepIntervalMs, run };
    this.#housekeeping = new Housekeeping(leaderLeases, sessionMaxIdleMs === 0 ? [] : [chore], onError);
  }

  close(): Promise<void> {
    return this.#housekeeping.close();
  }
}
