import type { Logger } from "moleculer";
import { FloodLog } from "../../telemetry/flood-log.ts";
import { uploadMemoryBytes, uploadRefusals } from "../../telemetry/metrics.ts";

/**
 * Why an upload was ended.
 * - `refused`: there was no room for more of an upload, or its client held most of the memory when others needed it.
 * - `stalled`: its client was silent while others needed the memory.
 */
type Reason = "refused" | "stalled";

/** The log and the metrics of uploads that end because all memory for them is occupied. */
export class UploadRefusals {
  readonly #protocol: "http" | "grpc";
  readonly #log: FloodLog;
  #logger: Pick<Logger, "warn"> | undefined;

  constructor(protocol: "http" | "grpc", maxBytes: number, usedBytes: () => number) {
    this.#protocol = protocol;
    uploadMemoryBytes.follow(protocol, usedBytes);
    this.#log = new FloodLog((count) => {
      this.#logger?.warn(
        { protocol, count, usedBytes: usedBytes(), maxBytes },
        "Uploads were refused or ended because uploads occupy as much memory as MAX_UPLOAD_BYTES_IN_FLIGHT allows",
      );
    });
  }

  logTo(logger: Pick<Logger, "warn">): void {
    this.#logger = logger;
  }

  add(reason: Reason): void {
    uploadRefusals.inc({ protocol: this.#protocol, reason });
    this.#log.add();
  }
}
