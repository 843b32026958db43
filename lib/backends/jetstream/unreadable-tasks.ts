import type { JsMsg } from "nats";
import { FloodLog } from "../../telemetry/flood-log.ts";
import { unreadable } from "./task-message.ts";

/**
 * Says that messages are no tasks: of the first one, and then once a minute of the last one and how many came with it.
 */
export class UnreadableTasks {
  readonly #flood: FloodLog;
  #last: JsMsg | undefined;

  /** @param isFormer Whether they have subjects of versions before 0.2. */
  constructor(onNotice: (notice: string) => void, isFormer: boolean) {
    this.#flood = new FloodLog((count) => {
      if (this.#last) onNotice(unreadable(this.#last, isFormer, count - 1));
    });
  }

  add(message: JsMsg): void {
    this.#last = message;
    this.#flood.add();
  }
}
