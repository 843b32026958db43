import type { CallbackMode } from "../contracts/job.ts";
import type { CloudEvent } from "../jobs/events.ts";
import type { OwnerScope } from "../sessions/owner.ts";
import type { Timestamp } from "../time/timestamp.ts";

/** Identifies a webhook. The sequence alone may be that of another webhook after the log was restored from a backup. */
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
  /** Number of completed attempts. An attempt that a crash interrupted does not count. */
  readonly attempts: number;
  /** When the webhook was stored, or last queued again for further attempts. */
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
  /** The owners whose webhooks are meant; everybody's if omitted. */
  readonly owner?: OwnerScope;
}

export interface FailedWebhookKey {
  readonly jobId: string;
  readonly eventId: string;
  /** The owners whose webhook it must be; everybody's if omitted. */
  readonly owner?: OwnerScope;
}

/** How far the event log was read for webhooks. */
export interface FeedPosition {
  /** Sequence of the last event that was processed. */
  readonly sequence: number;
  /**
   * Number of removals of webhooks with their jobs. A page that was read before the last removal may concern jobs that
   * are gone.
   */
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

/** An origin of URLs, for the events of one owner. */
export interface Receiver {
  /** See `ownerKey`. */
  readonly owner: string;
  readonly origin: string;
}

/** Jobs, owners, origins and receivers that must not get another request now. */
export interface Busy {
  readonly jobIds: readonly string[];
  /** Owners of events, see `ownerKey`. */
  readonly owners: readonly string[];
  /** Origins of URLs, such as `https://example.com:8443`. */
  readonly origins: readonly string[];
  readonly receivers: readonly Receiver[];
}

/**
 * Pending webhooks, and the cursor up to which the event log was read for them.
 *
 * - The webhooks of a job are queued in the order in which they were stored, which is by sequence. Retried ones follow
 *   them. Only the first is ever due; it blocks the others until it is delivered or given up.
 * - When a promise resolves, the change survives a process crash; when it rejects, nothing was changed.
 * - Changes to a webhook that is gone because its job was deleted do nothing.
 * - One dispatcher works at a time. If a former leader does not know yet that it was replaced, its page is not stored
 *   after a page of its successor.
 */
export interface WebhookStore {
  /** The stored position. Initially the sequence is 0, without removals. */
  position(): Promise<FeedPosition>;

  /**
   * Moves the position, stores the page's webhooks and removes those of deleted jobs, all atomically, so that no event
   * is skipped or processed twice. Webhooks that are stored already, and webhooks of stopped jobs, are left out.
   * @returns the new position. If the position is no longer `after`, because another node or an earlier call without an
   * answer has moved it, nothing is done and the result is undefined.
   */
  advance(progress: FeedProgress, now: Timestamp): Promise<FeedPosition | undefined>;

  /**
   * Moves the position to 0, if it is still the given one, because the log was replaced by another. Webhooks whose
   * events are known are not stored again.
   */
  restart(from: FeedPosition): Promise<void>;

  /** The webhook that has been due the longest, but for the busy ones. */
  nextDue(now: Timestamp, busy?: Partial<Busy>): Promise<Webhook | undefined>;

  /** Due time of the next webhook that is due after the given time. */
  nextDueAfter(time: Timestamp): Promise<Timestamp | undefined>;

  /** Makes webhooks due now that are due after the given time. If there are many, only some of them. */
  hasten(after: Timestamp, now: Timestamp): Promise<void>;

  /** The webhook was delivered. The next one of its job becomes due. */
  remove(webhook: WebhookKey, now: Timestamp): Promise<void>;

  /** The webhook failed and becomes due again later. */
  postpone(webhook: WebhookKey, dueAt: Timestamp): Promise<void>;

  /** The webhook was given up. The next one of its job becomes due. */
  giveUp(webhook: WebhookKey, reason: string, now: Timestamp): Promise<void>;

  /** Gives up all pending webhooks of the job. No further ones are stored as long as these are kept. */
  stopJob(jobId: string, reason: string, now: Timestamp): Promise<void>;

  /** Removes all webhooks of the jobs. This counts as a removal, see `FeedPosition.removals`. */
  removeJobs(jobIds: readonly string[]): Promise<void>;

  /** Webhooks that were given up, ordered by sequence. */
  listFailed(request: FailedPageRequest): Promise<FailedWebhook[]>;

  /**
   * Queues a failed webhook again, as if it had just been stored. A stopped job continues once all that the stop gave
   * up were retried.
   * @returns the webhook as it was; undefined if there is none.
   */
  retry(failed: FailedWebhookKey, now: Timestamp): Promise<FailedWebhook | undefined>;

  /** Removes webhooks that were given up before the time. @returns the number removed. */
  sweepFailed(before: Timestamp): Promise<number>;
}
