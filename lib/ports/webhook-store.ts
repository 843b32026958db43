import type { CloudEvent } from "../jobs/events.ts";

/** RFC 3339 in UTC, to the millisecond, so that the order as text is the order in time. */
type Timestamp = string;

/** An event on its way to a job's `callbackUrl`. */
export interface NewWebhook {
  /** The event's place in the log, and the webhook's name here. */
  readonly sequence: number;
  readonly jobId: string;
  readonly url: string;
  readonly event: CloudEvent;
}

export interface Webhook extends NewWebhook {
  /** Attempts that came to an end. One that a crash cut short is not counted. */
  readonly attempts: number;
  readonly storedAt: Timestamp;
}

/** A webhook that was given up. */
export interface FailedWebhook extends Webhook {
  readonly failedAt: Timestamp;
  /** Of the last attempt's failure. */
  readonly reason: string;
}

/** What came of a page of events. */
export interface FeedProgress {
  /** The last event that was looked at. */
  readonly cursor: number;
  readonly webhooks: readonly NewWebhook[];
  readonly deletedJobIds: readonly string[];
}

/** Those that must not get another request now. */
export interface Busy {
  readonly jobIds: readonly string[];
  /** Origins of URLs, as in `https://example.com:8443`. */
  readonly origins: readonly string[];
}

/**
 * Webhooks that wait to be delivered, and how far the event log was read for them.
 *
 * - A job's webhooks stand in line by their sequence. Only the first is ever due; it holds up those behind it until it
 *   is delivered or given up.
 * - When a promise resolves, the change survives the death of the process; when it rejects, nothing was changed.
 * - Changes to a webhook that is gone, its job having been deleted meanwhile, do nothing.
 * - For one dispatcher at a time.
 */
export interface WebhookStore {
  /** The last event that was looked at; 0 at first. */
  cursor(): Promise<number>;

  /**
   * Moves the cursor, stores the page's webhooks and forgets those of deleted jobs, all in one act, so that no event
   * is left out or taken twice. Webhooks it has, and those of stopped jobs, are not stored again.
   */
  advance(progress: FeedProgress, now: Timestamp): Promise<void>;

  /** Of the webhooks that are due, the one that has been so the longest. */
  nextDue(now: Timestamp, busy: Busy): Promise<Webhook | undefined>;

  /** When, after the time, the next webhook falls due. */
  nextDueAfter(time: Timestamp): Promise<Timestamp | undefined>;

  /** The webhook is delivered; the next of its job is due. */
  remove(sequence: number, now: Timestamp): Promise<void>;

  /** The webhook failed and is due again later. */
  postpone(sequence: number, reason: string, dueAt: Timestamp): Promise<void>;

  /** The webhook is given up; the next of its job is due. */
  giveUp(sequence: number, reason: string, now: Timestamp): Promise<void>;

  /** All webhooks of the job that wait are given up, and further ones not stored for as long as these are kept. */
  stopJob(jobId: string, reason: string, now: Timestamp): Promise<void>;

  /** Webhooks that were given up, in the order of their sequences. */
  listFailed(request: { readonly after?: number; readonly limit: number }): Promise<FailedWebhook[]>;

  /** Forgets those given up before the time. @returns how many are gone. */
  sweepFailed(before: Timestamp): Promise<number>;
}
