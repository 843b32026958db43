import type { JsMsg } from "nats";
import { FloodLog } from "../../telemetry/flood-log.ts";
import { unreadable } from "./task-message.ts";

/**
 * Reports messages that are no tasks: the first at once, and then once a minute the latest, with the number of others.
 */
export class UnreadableTasks {
  readonly #flood: FloodLog;
  #last: JsMsg | undefined;

  /** @param isFormer Whether the messages have subjects of versions before 0.2. */
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
