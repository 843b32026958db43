import type { Config } from "../config.ts";
import { Housekeeping } from "../leadership/housekeeping.ts";
import type { Backends } from "../ports/backends.ts";

/** Periodically deletes encodings that have not been requested for the retention time. */
export class EncodingSweep {
  readonly #housekeeping: Housekeeping;

  constructor(
    { encodings, leaderLeases, retentionClock }: Backends,
    { encodingRetentionMs, sweepIntervalMs }: Pick<Config, "encodingRetentionMs" | "sweepIntervalMs">,
    onError: (error: unknown) => void,
  ) {
    const run = async (signal: AbortSignal) => {
      const before = new Date((await retentionClock.now()) - encodingRetentionMs).toISOString();
      while ((await encodings.sweep(before)) > 0) signal.throwIfAborted();
    };
    this.#housekeeping = new Housekeeping(
      leaderLeases,
      [{ lease: "sweep-encodings", everyMs: sweepIntervalMs, run }],
      onError,
    );
  }

  close(): Promise<void> {
    return this.#housekeeping.close();
  }
}
