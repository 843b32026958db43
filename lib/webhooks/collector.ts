import { isJobDeleted, isJobState, jobIdOf } from "../jobs/events.ts";
import type { EventFeed } from "../ports/event-log.ts";
import type { NewWebhook, WebhookStore } from "../ports/webhook-store.ts";
import type { Clock } from "./clock.ts";

const PAGE = 500;

/** Events without a webhook that may pass before the cursor is saved; read again after a crash, to no effect. */
const SAVE_AFTER = 2_000;

export interface CollectorOptions {
  readonly feed: EventFeed;
  readonly store: WebhookStore;
  /** Undefined for a job without one, and for a job that is gone. */
  readonly callbackUrlOf: (jobId: string) => Promise<string | undefined>;
  readonly clock: Clock;
}

/** Reads the event log and stores a webhook for each event that is to be sent. */
export class WebhookCollector {
  readonly #options: CollectorOptions;
  #position: number | undefined;
  #saved = 0;

  constructor(options: CollectorOptions) {
    this.#options = options;
  }

  /** Takes the next page. @returns whether there may be more. */
  async collect(): Promise<boolean> {
    if (this.#position === undefined) {
      this.#saved = await this.#options.store.cursor();
      this.#position = this.#saved;
    }
    const page = await this.#options.feed.read({ after: this.#position, limit: PAGE });
    const last = page.at(-1);
    if (!last) return false;
    const webhooks: NewWebhook[] = [];
    const deletedJobIds: string[] = [];
    for (const { sequence, event } of page) {
      const jobId = jobIdOf(event);
      if (isJobDeleted(event)) deletedJobIds.push(jobId);
      // What webhooks are sent for.
      if (!isJobState(event)) continue;
      const url = await this.#options.callbackUrlOf(jobId);
      if (url) webhooks.push({ sequence, jobId, url, event });
    }
    const isWorthSaving = webhooks.length + deletedJobIds.length > 0 || last.sequence - this.#saved >= SAVE_AFTER;
    if (isWorthSaving) await this.#save({ cursor: last.sequence, webhooks, deletedJobIds });
    this.#position = last.sequence;
    return page.length === PAGE;
  }

  /** Another node collects: how far it comes is to be learned from the store. */
  forget(): void {
    this.#position = undefined;
  }

  /** Saves how far it has come. Not to be called during `collect`. */
  async close(): Promise<void> {
    if (this.#position !== undefined && this.#position > this.#saved)
      await this.#save({ cursor: this.#position, webhooks: [], deletedJobIds: [] });
  }

  async #save(progress: Parameters<WebhookStore["advance"]>[0]): Promise<void> {
    await this.#options.store.advance(progress, new Date(this.#options.clock.now()).toISOString());
    this.#saved = progress.cursor;
  }
}
