import type { CallbackMode } from "../contracts/job.ts";
import type { CloudEvent } from "../jobs/events.ts";
import type { Timestamp } from "../time.ts";

/** Identifies a webhook. The sequence alone may be that of another, once the log was restored from a backup. */
export interface WebhookKey {
  readonly jobId: string;
  /** Sequence of the event in the log. */
  readonly sequence: number;
}

/** An event on its way to a job's `callbackUrl`. */
export interface NewWebhook extends WebhookKey {
  readonly url: string;
  /** How the event is sent; structured if absent. */
  readonly mode?: CallbackMode;
  readonly event: CloudEvent;
}

export interface Webhook extends NewWebhook {
  /** Completed attempts. One that was interrupted by a crash is not counted. */
  readonly attempts: number;
  /** When it was stored, or last given back for further attempts. */
  readonly storedAt: Timestamp;
}

/** A webhook that was given up. */
export interface FailedWebhook extends Webhook {
  readonly failedAt: Timestamp;
  /** Reason why the last attempt failed. */
  readonly reason: string;
}

export interface FailedPageRequest {
  /** Only webhooks after this sequence. */
  readonly after?: number;
  readonly limit: number;
  /** Only webhooks of this owner; null selects those of nobody. */
  readonly owner?: string | null;
}

export interface FailedWebhookKey {
  readonly jobId: string;
  readonly eventId: string;
  /** The owner that it must have; null is nobody. */
  readonly owner?: string | null;
}

/** How far the event log was read for webhooks. */
export interface FeedPosition {
  /** Of the last event that was processed. */
  readonly sequence: number;
  /** Ascends when webhooks are removed with their jobs: what was read before may be about jobs that are gone. */
  readonly removals: number;
}

/** Result of processing a page of events. */
export interface FeedProgress {
  /** The position that was stored before the page was read. */
  readonly after: FeedPosition;
  /** Sequence of the last event that was processed. */
  readonly cursor: number;
  readonly webhooks: readonly NewWebhook[];
  readonly deletedJobIds: readonly string[];
}

/** Jobs and origins that must not get another request now. */
export interface Busy {
  readonly jobIds: readonly string[];
  /** Origins of URLs, as in `https://example.com:8443`. */
  readonly origins: readonly string[];
}

/**
 * Pending webhooks, and the cursor up to which the event log was read for them.
 *
 * - The webhooks of a job are queued as they were stored, which is by sequence, and those that are retried behind them.
 *   Only the first is ever due; it blocks the others until it is delivered or given up.
 * - When a promise resolves, the change survives a process crash; when it rejects, nothing was changed.
 * - Changes to a webhook that is gone because its job was deleted do nothing.
 * - For one dispatcher at a time. A page of one that led before, and does not know that it leads no more, is not stored
 *   once another page was.
 */
export interface WebhookStore {
  /** Initially 0, without removals. */
  position(): Promise<FeedPosition>;

  /**
   * Moves the position, stores the page's webhooks and removes those of deleted jobs, all atomically, so that no event
   * is skipped or processed twice. Webhooks that exist, and those of stopped jobs, are not stored again.
   * @returns the new position. Undefined, and does nothing, if the position is another than `after`: it was moved by
   * another node, or by an earlier call whose answer was lost.
   */
  advance(progress: FeedProgress, now: Timestamp): Promise<FeedPosition | undefined>;

  /**
   * Moves the position to 0, if it is still the given one: the log is another than before. Webhooks whose events are
   * known are not stored again.
   */
  restart(from: FeedPosition): Promise<void>;

  /** The webhook that has been due the longest. */
  nextDue(now: Timestamp, busy: Busy): Promise<Webhook | undefined>;

  /** Due time of the next webhook that is due after the given time. */
  nextDueAfter(time: Timestamp): Promise<Timestamp | undefined>;

  /** Makes due now what is due after the given time; if it is much, a part of it. */
  hasten(after: Timestamp, now: Timestamp): Promise<void>;

  /** The webhook was delivered. The next one of its job becomes due. */
  remove(webhook: WebhookKey, now: Timestamp): Promise<void>;

  /** The webhook failed and becomes due again later. */
  postpone(webhook: WebhookKey, reason: string, dueAt: Timestamp): Promise<void>;

  /** The webhook was given up. The next one of its job becomes due. */
  giveUp(webhook: WebhookKey, reason: string, now: Timestamp): Promise<void>;

  /** Gives up all pending webhooks of the job. As long as these are kept, no further ones are stored. */
  stopJob(jobId: string, reason: string, now: Timestamp): Promise<void>;

  /** Removes all webhooks of the jobs, and counts as a removal. */
  removeJobs(jobIds: readonly string[]): Promise<void>;

  /** Webhooks that were given up, by sequence. */
  listFailed(request: FailedPageRequest): Promise<FailedWebhook[]>;

  /**
   * Queues a webhook that was given up again, as if it had just been stored. A job that was stopped is no longer once
   * all of its webhooks were retried.
   * @returns the webhook as it was, undefined if there is none.
   */
  retry(failed: FailedWebhookKey, now: Timestamp): Promise<FailedWebhook | undefined>;

  /** Removes webhooks given up before the time. @returns the number removed. */
  sweepFailed(before: Timestamp): Promise<number>;
}
