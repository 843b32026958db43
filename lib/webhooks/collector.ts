import type { Clock } from "../clock.ts";
import { isFailure } from "../errors.ts";
import { isJobDeleted, isJobState, jobIdOf } from "../jobs/events.ts";
import type { EventFeed, LoggedEvent } from "../ports/event-log.ts";
import type { NewWebhook, WebhookStore } from "../ports/webhook-store.ts";

const PAGE = 500;

/** Events without a webhook after which the cursor is saved. After a crash they are read again, without effect. */
const SAVE_AFTER = 2_000;

export interface CollectorOptions {
  readonly feed: EventFeed;
  readonly store: WebhookStore;
  /** Undefined for a job without a URL, and for a job that is gone. */
  readonly callbackOf: (jobId: string) => Promise<Pick<NewWebhook, "url" | "mode"> | undefined>;
  readonly clock: Clock;
}

/** Reads the event log and stores a webhook for each event to be sent. */
export class WebhookCollector {
  readonly #options: CollectorOptions;
  #position: number | undefined;
  #saved = 0;

  constructor(options: CollectorOptions) {
    this.#options = options;
  }

  /** Processes the next page. @returns whether there may be more. */
  async collect(): Promise<boolean> {
    if (this.#position === undefined) {
      this.#saved = await this.#options.store.cursor();
      this.#position = this.#saved;
    }
    const page = await this.#read(this.#position);
    if (!page) return true;
    const last = page.at(-1);
    if (!last) return false;
    const webhooks: NewWebhook[] = [];
    const deletedJobIds: string[] = [];
    for (const { sequence, event } of page) {
      const jobId = jobIdOf(event);
      if (isJobDeleted(event)) deletedJobIds.push(jobId);
      // Webhooks are sent only for job states.
      if (!isJobState(event)) continue;
      const callback = await this.#options.callbackOf(jobId);
      if (callback) webhooks.push({ sequence, jobId, ...callback, event });
    }
    const isWorthSaving = webhooks.length + deletedJobIds.length > 0 || last.sequence - this.#saved >= SAVE_AFTER;
    if (isWorthSaving) await this.#save({ cursor: last.sequence, webhooks, deletedJobIds });
    this.#position = last.sequence;
    return page.length === PAGE;
  }

  /** Forgets the position, since another node collects; it is read from the store next time. */
  forget(): void {
    this.#position = undefined;
  }

  /** Saves the position. Must not be called during `collect`. */
  async close(): Promise<void> {
    if (this.#position !== undefined && this.#position > this.#saved)
      await this.#save({ cursor: this.#position, webhooks: [], deletedJobIds: [] });
  }

  /** @returns undefined if the log was restored from a backup: it is read from its beginning then, to miss nothing. */
  async #read(after: number): Promise<LoggedEvent[] | undefined> {
    try {
      return await this.#options.feed.read({ after, limit: PAGE });
    } catch (error) {
      if (!isFailure(error) || error.type !== "CURSOR_GONE") throw error;
      await this.#options.store.restart();
      this.#position = undefined;
      return undefined;
    }
  }

  async #save(progress: Parameters<WebhookStore["advance"]>[0]): Promise<void> {
    await this.#options.store.advance(progress, new Date(this.#options.clock.now()).toISOString());
    this.#saved = progress.cursor;
  }
}
