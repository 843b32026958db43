/** A job's webhook queue and its transitions. Pure. */
import type { FailedWebhook, NewWebhook, Webhook, WebhookKey } from "../../ports/webhook-store.ts";

export interface WebhookQueue {
  /** Webhooks in the order of storing or, if retried, of their retry. Only the first one is tried. */
  readonly waiting: readonly Webhook[];
  readonly failed: readonly FailedWebhook[];
  /**
   * Ids of the events that were sent, kept until the job is deleted. A node that was suspended while it stored a page
   * may store it again long after another node has done so.
   */
  readonly sent?: readonly string[];
  /** When the first webhook is due; absent if none is waiting. */
  readonly dueAt?: string;
  /** Rejects further webhooks as long as there are failed ones that a stop gave up. */
  readonly isStopped?: true;
  /** Ids of the events of these. Version 0.1.0 did not write it: there, all failed ones count. */
  readonly stopped?: readonly string[];
}

export const emptyQueue: WebhookQueue = { waiting: [], failed: [] };

export function append(queue: WebhookQueue, webhooks: readonly NewWebhook[], now: string): WebhookQueue {
  if (queue.isStopped) return queue;
  const known = new Set([...queue.waiting, ...queue.failed].map(({ event }) => event.id).concat(queue.sent ?? []));
  const added = webhooks.filter(({ event }) => !known.has(event.id));
  const waiting = [...queue.waiting, ...added.map((webhook) => ({ ...webhook, attempts: 0, storedAt: now }))];
  return { ...queue, waiting, ...(waiting.length > 0 && { dueAt: queue.dueAt ?? now }) };
}

/** Transition after the first webhook was delivered. */
export function remove(queue: WebhookQueue, now: string): WebhookQueue {
  const sent = queue.waiting.slice(0, 1).map(({ event }) => event.id);
  return { ...withoutFirst(queue, now), sent: [...(queue.sent ?? []), ...sent] };
}

/**
 * Transition after the first webhook has failed and will be retried. The reason is recorded only when it is given up.
 */
export function postpone(queue: WebhookQueue, dueAt: string): WebhookQueue {
  const waiting = queue.waiting.map((webhook, place) => (place === 0 ? tried(webhook) : webhook));
  return { ...queue, waiting, dueAt };
}

/** Makes the first webhook due now, if it was due after the time. */
export function hasten(queue: WebhookQueue, after: string, now: string): WebhookQueue {
  return queue.dueAt !== undefined && queue.dueAt > after ? { ...queue, dueAt: now } : queue;
}

export function giveUp(queue: WebhookQueue, reason: string, now: string): WebhookQueue {
  const [first] = queue.waiting;
  if (!first) return queue;
  return { ...withoutFirst(queue, now), failed: [...queue.failed, { ...tried(first), reason, failedAt: now }] };
}

export function stop({ dueAt: _, ...queue }: WebhookQueue, reason: string, now: string): WebhookQueue {
  const all = queue.waiting.map((webhook, place) => (place === 0 ? tried(webhook) : webhook));
  const failed = [...queue.failed, ...all.map((webhook) => ({ ...webhook, reason, failedAt: now }))];
  const stopped = [...stoppedIn(queue), ...all.map(({ event }) => event.id)];
  return { ...queue, waiting: [], failed, ...(stopped.length > 0 && { isStopped: true, stopped }) };
}

/** Queues a failed webhook again. */
export function retry(queue: WebhookQueue, eventId: string, now: string): WebhookQueue {
  const found = queue.failed.find(({ event }) => event.id === eventId);
  if (!found) return queue;
  const { reason: _reason, failedAt: _failedAt, ...webhook } = found;
  const waiting = [...queue.waiting, { ...webhook, attempts: 0, storedAt: now }];
  return withFailed(
    { ...queue, waiting, dueAt: queue.dueAt ?? now },
    queue.failed.filter((other) => other !== found),
  );
}

export function isFirst({ waiting: [first] }: WebhookQueue, { sequence }: WebhookKey): boolean {
  return first?.sequence === sequence;
}

export function sweep(queue: WebhookQueue, before: string): WebhookQueue {
  return withFailed(
    queue,
    queue.failed.filter(({ failedAt }) => failedAt >= before),
  );
}

function withoutFirst({ dueAt: _, ...queue }: WebhookQueue, now: string): WebhookQueue {
  const waiting = queue.waiting.slice(1);
  return { ...queue, waiting, ...(waiting.length > 0 && { dueAt: now }) };
}

/** Leaves the queue with these of its failed webhooks. */
function withFailed(queue: WebhookQueue, failed: readonly FailedWebhook[]): WebhookQueue {
  const { isStopped: _isStopped, stopped: _stopped, ...rest } = queue;
  const kept = new Set(failed.map(({ event }) => event.id));
  const stopped = stoppedIn(queue).filter((id) => kept.has(id));
  return { ...rest, failed, ...(stopped.length > 0 && { isStopped: true, stopped }) };
}

/** Ids of the events whose webhooks a stop gave up. */
function stoppedIn({ isStopped, stopped, failed }: WebhookQueue): readonly string[] {
  if (!isStopped) return [];
  return stopped ?? failed.map(({ event }) => event.id);
}

function tried(webhook: Webhook): Webhook {
  return { ...webhook, attempts: webhook.attempts + 1 };
}
