import type { Config } from "../config.ts";
import { Housekeeping } from "../leadership/housekeeping.ts";
import type { Backends } from "../ports/backends.ts";
import { timestampBefore } from "../time.ts";

/** Periodically deletes encodings that have not been requested for the retention time. */
export class EncodingSweep {
  readonly #housekeeping: Housekeeping;

  constructor(
    { encodings, leaderLeases }: Backends,
    { encodingRetentionMs, sweepIntervalMs }: Pick<Config, "encodingRetentionMs" | "sweepIntervalMs">,
    onError: (error: unknown) => void,
  ) {
    const run = async () => {
      while ((await encodings.sweep(timestampBefore(encodingRetentionMs))) > 0);
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
