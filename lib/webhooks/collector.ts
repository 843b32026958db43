import pMap from "p-map";
import { isFailure } from "../errors.ts";
import { sizedEvents } from "../jobs/event-reader.ts";
import { isJobDeleted, isJobState, jobIdOf } from "../jobs/events.ts";
import type { SizedPage } from "../jobs/sized-page.ts";
import type { EventFeed, LoggedEvent } from "../ports/event-log.ts";
import type { FeedPosition, FeedProgress, NewWebhook, WebhookStore } from "../ports/webhook-store.ts";
import type { Clock } from "../time/clock.ts";
import { timestampOf } from "../time/timestamp.ts";

const PAGE = 500;
/** Jobs that are read at the same time. */
const READS_IN_FLIGHT = 16;

/**
 * Number of events without a webhook after which the cursor is saved. After a crash they are read again, without
 * effect.
 */
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
  /** The position that was stored last. */
  #saved: FeedPosition | undefined;
  /** Sequence of the last event that was processed. Events after the stored position have no webhooks. */
  #sequence = 0;

  constructor(options: CollectorOptions) {
    this.#options = options;
  }

  /** Processes the next page. @returns whether there may be more. */
  async collect(): Promise<boolean> {
    if (this.#saved === undefined) {
      this.#saved = await this.#options.store.position();
      this.#sequence = this.#saved.sequence;
    }
    const after = this.#saved;
    const page = await this.#read(after);
    if (!page) return true;
    const { items, isEnd } = page;
    const last = items.at(-1);
    if (!last) return false;
    const webhooks = await this.#webhooksOf(items);
    const deletedJobIds = items.filter(({ event }) => isJobDeleted(event)).map(({ event }) => jobIdOf(event));
    const isWorthSaving = webhooks.length + deletedJobIds.length > 0 || last.sequence - after.sequence >= SAVE_AFTER;
    // If another node has moved the position, the log is read from there.
    if (isWorthSaving && !(await this.#save({ after, cursor: last.sequence, webhooks, deletedJobIds }))) return true;
    // After a failure the page is read again.
    this.#sequence = last.sequence;
    return !isEnd;
  }

  /** Forgets the position, since another node collects; it is read from the store next time. */
  forget(): void {
    this.#saved = undefined;
  }

  /** Saves the position. Must not be called during `collect`. */
  async close(): Promise<void> {
    const after = this.#saved;
    if (after && this.#sequence > after.sequence)
      await this.#save({ after, cursor: this.#sequence, webhooks: [], deletedJobIds: [] });
  }

  async #webhooksOf(page: readonly LoggedEvent[]): Promise<NewWebhook[]> {
    // Webhooks are sent only for job states.
    const states = page.filter(({ event }) => isJobState(event));
    const jobIds = new Set(states.map(({ event }) => jobIdOf(event)));
    const read = async (jobId: string) => [jobId, await this.#options.callbackOf(jobId)] as const;
    const callbacks = new Map(await pMap(jobIds, read, { concurrency: READS_IN_FLIGHT }));
    return states.flatMap(({ sequence, event }) => {
      const jobId = jobIdOf(event);
      const callback = callbacks.get(jobId);
      return callback ? [{ sequence, jobId, ...callback, event }] : [];
    });
  }

  /** @returns undefined if the log was restored from a backup. It is then read from its beginning, to miss nothing. */
  async #read(saved: FeedPosition): Promise<SizedPage<LoggedEvent> | undefined> {
    try {
      return await sizedEvents(this.#options.feed, { after: this.#sequence, limit: PAGE });
    } catch (error) {
      if (!isFailure(error) || error.type !== "CURSOR_GONE") throw error;
      await this.#options.store.restart(saved);
      this.forget();
      return undefined;
    }
  }

  /** @returns whether the position was the expected one. If not, it is read from the store the next time. */
  async #save(progress: FeedProgress): Promise<boolean> {
    this.#saved = await this.#options.store.advance(progress, timestampOf(this.#options.clock));
    return this.#saved !== undefined;
  }
}
