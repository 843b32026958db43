/**
 * Counts the images of requests that are answered at once, and reports them every few seconds to a node that keeps the
 * history.
 */
import { type Caller, call } from "../contracts/action.ts";
import { actions } from "../contracts/actions.ts";
import type { Timings } from "../contracts/receipt.ts";
import { outsideTraces } from "../telemetry/tracing.ts";
import { ActivityWindow } from "./activity-window.ts";

const SEND_AFTER_MS = 2_000;
/** Buckets that are kept while no node accepts the counts: an hour. */
const MOST_BUCKETS = 360;

export class ProcessActivity {
  readonly #caller: Caller;
  #window = new ActivityWindow();
  #timer: NodeJS.Timeout | undefined;
  #sending: Promise<void> | undefined;

  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** Counts the image, whatever the outcome. */
  async counted<T extends { readonly timings: Timings }>(detecting: Promise<T>): Promise<T> {
    try {
      const detection = await detecting;
      this.#window.count(Date.now(), "done", detection.timings);
      return detection;
    } catch (error) {
      this.#window.count(Date.now(), "failed");
      throw error;
    } finally {
      this.#timer ??= this.#sendLater();
    }
  }

  /** Reports the remaining counts. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#sending;
    await this.#send();
    clearTimeout(this.#timer);
  }

  #send(): Promise<void> {
    this.#timer = undefined;
    this.#sending ??= this.#tell().finally(() => {
      this.#sending = undefined;
    });
    return this.#sending;
  }

  async #tell(): Promise<void> {
    const { buckets } = this.#window;
    if (buckets.length === 0) return;
    this.#window = new ActivityWindow();
    try {
      await call(this.#caller, actions.monitor.count, { buckets });
    } catch {
      // No node could be reached. The counts are kept and reported later.
      this.#window.addBuckets(buckets.sort((a, b) => a.number - b.number).slice(-MOST_BUCKETS));
      this.#timer ??= this.#sendLater();
    }
  }

  #sendLater(): NodeJS.Timeout {
    return outsideTraces(() => setTimeout(() => this.#send(), SEND_AFTER_MS).unref());
  }
}
