/**
 * Watches the tasks that threads work on. The image of a task that takes long is a suspect until the task ends, so that
 * a repeated request does not occupy a second thread. The image of a task that hangs is refused from then on.
 */
import { BusyWatch } from "./busy-watch.ts";
import type { PendingTask } from "./pending-task.ts";
import type { PoolSettings } from "./pool-types.ts";
import { entryOf, sha256Of } from "./suspects/request-key.ts";
import type { Run } from "./thread-queue.ts";

type HangWatchSettings = Pick<PoolSettings, "hangTimeoutMs" | "suspects" | "onRefused" | "onHung">;

export class HangWatch {
  readonly #settings: HangWatchSettings;
  readonly #watch: BusyWatch<Run<PendingTask>>;
  readonly #late = new Set<PendingTask>();
  #hung: PendingTask | undefined;

  constructor(settings: HangWatchSettings) {
    this.#settings = settings;
    this.#watch = new BusyWatch<Run<PendingTask>>({
      timeoutMs: settings.hangTimeoutMs,
      isBusy: ({ begunAt }) => begunAt !== undefined,
      onLate: ({ item }) => this.#suspect(item),
      onHung: ({ item }) => this.#refuse(item),
    });
  }

  /** The first task that hung. */
  get hung(): PendingTask | undefined {
    return this.#hung;
  }

  start(run: Run<PendingTask>): void {
    this.#watch.start(run);
  }

  stop(run: Run<PendingTask>): void {
    this.#watch.stop(run);
  }

  /** Records that the task did not hang, whatever its outcome. */
  clear(pending: PendingTask): void {
    if (this.#late.delete(pending)) this.#settings.suspects?.clear(entryOf(pending.task));
  }

  close(): void {
    this.#watch.close();
  }

  #suspect(pending: PendingTask): void {
    this.#late.add(pending);
    this.#settings.suspects?.suspect(entryOf(pending.task));
  }

  #refuse(pending: PendingTask): void {
    if (this.#hung) return;
    this.#hung = pending;
    const { suspects, onRefused, onHung } = this.#settings;
    if (suspects) {
      const sha256 = sha256Of(pending.task.file);
      suspects.refuse(sha256);
      onRefused?.(sha256);
    }
    onHung();
  }
}
