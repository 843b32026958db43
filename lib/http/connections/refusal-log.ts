import type { Logger } from "moleculer";
import type { Failure } from "../../errors.ts";
import { FloodLog } from "../../telemetry/flood-log.ts";

/** Logs refused input that is no request yet. Anybody who reaches the port may send any amount of it, without a key. */
export class RefusalLog {
  readonly #logger: Pick<Logger, "info">;
  /** Logs by reason. Node's parser has about forty reasons. */
  readonly #floods = new Map<string, FloodLog>();

  constructor(logger: Pick<Logger, "info">) {
    this.#logger = logger;
  }

  add({ type: code, message: reason }: Failure): void {
    let flood = this.#floods.get(reason);
    if (!flood) {
      flood = new FloodLog((count) => {
        this.#logger.info({ code, reason, count }, "Requests were refused before they could be read");
      });
      this.#floods.set(reason, flood);
    }
    flood.add();
  }
}
