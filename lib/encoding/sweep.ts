import type { Config } from "../config.ts";
import { Housekeeping } from "../jobs/housekeeping.ts";
import { timestampBefore } from "../jobs/time.ts";
import type { Backends } from "../ports/backends.ts";

/** Forgets encodings that nobody asked for in a long time. */
export class EncodingSweep {
  readonly #housekeeping: Housekeeping;

  constructor(
    { encodings, duties }: Backends,
    { encodingRetentionMs, sweepIntervalMs }: Pick<Config, "encodingRetentionMs" | "sweepIntervalMs">,
    onError: (error: unknown) => void,
  ) {
    const run = async () => {
      while ((await encodings.sweep(timestampBefore(encodingRetentionMs))) > 0);
    };
    this.#housekeeping = new Housekeeping(
      duties,
      [{ duty: "sweep-encodings", everyMs: sweepIntervalMs, run }],
      onError,
    );
  }

  close(): Promise<void> {
    return this.#housekeeping.close();
  }
}
