/** A job's webhook queue and its transitions. Pure. */
import type { FailedWebhook, NewWebhook, Webhook } from "../../ports/webhook-store.ts";

export interface WebhookLine {
  /** In sequence order; only the first is tried. */
  readonly waiting: readonly Webhook[];
  readonly failed: readonly FailedWebhook[];
  /** Absent if none is waiting. */
  readonly dueAt?: string;
  /** Rejects further webhooks as long as there are failed ones. */
  readonly isStopped?: true;
}

export const emptyLine: WebhookLine = { waiting: [], failed: [] };

export function append(line: WebhookLine, webhooks: readonly NewWebhook[], now: string): WebhookLine {
  if (line.isStopped) return line;
  const known = new Set([...line.waiting, ...line.failed].map(({ sequence }) => sequence));
  const added = webhooks.filter(({ sequence }) => !known.has(sequence));
  const waiting = [...line.waiting, ...added.map((webhook) => ({ ...webhook, attempts: 0, storedAt: now }))];
  return { ...line, waiting, ...(waiting.length > 0 && { dueAt: line.dueAt ?? now }) };
}

/** The first was delivered. */
export function remove({ dueAt: _, ...line }: WebhookLine, now: string): WebhookLine {
  const waiting = line.waiting.slice(1);
  return { ...line, waiting, ...(waiting.length > 0 && { dueAt: now }) };
}

/** The first failed and is retried later. The reason is recorded only when it is given up. */
export function postpone(line: WebhookLine, dueAt: string): WebhookLine {
  const waiting = line.waiting.map((webhook, place) => (place === 0 ? tried(webhook) : webhook));
  return { ...line, waiting, dueAt };
}

export function giveUp(line: WebhookLine, reason: string, now: string): WebhookLine {
  const [first] = line.waiting;
  if (!first) return line;
  return { ...remove(line, now), failed: [...line.failed, { ...tried(first), reason, failedAt: now }] };
}

export function stop({ dueAt: _, ...line }: WebhookLine, reason: string, now: string): WebhookLine {
  const all = line.waiting.map((webhook, place) => (place === 0 ? tried(webhook) : webhook));
  const failed = [...line.failed, ...all.map((webhook) => ({ ...webhook, reason, failedAt: now }))];
  return { ...line, waiting: [], failed, ...(failed.length > 0 && { isStopped: true }) };
}

export function sweep(line: WebhookLine, before: string): WebhookLine {
  const failed = line.failed.filter(({ failedAt }) => failedAt >= before);
  const { isStopped, ...rest } = line;
  return { ...rest, failed, ...(isStopped && failed.length > 0 && { isStopped }) };
}

function tried(webhook: Webhook): Webhook {
  return { ...webhook, attempts: webhook.attempts + 1 };
}
