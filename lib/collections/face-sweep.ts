import type { Config } from "../config.ts";
import { Housekeeping } from "../leadership/housekeeping.ts";
import type { Backends } from "../ports/backends.ts";

/** Periodically deletes faces that have no collection. */
export class FaceSweep {
  readonly #housekeeping: Housekeeping;

  constructor(
    { collections, leaderLeases }: Pick<Backends, "collections" | "leaderLeases">,
    { sweepIntervalMs }: Pick<Config, "sweepIntervalMs">,
    onError: (error: unknown) => void,
  ) {
    const chore = { lease: "sweep-faces", everyMs: sweepIntervalMs, run: () => collections.sweep() };
    this.#housekeeping = new Housekeeping(leaderLeases, [chore], onError);
  }

  close(): Promise<void> {
    return this.#housekeeping.close();
  }
}
