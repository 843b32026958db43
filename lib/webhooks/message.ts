/** An event as the HTTP request that carries it (CloudEvents HTTP protocol binding 1.0.2). Pure. */
import { sequenced } from "../jobs/events.ts";
import type { NewWebhook } from "../ports/webhook-store.ts";

export interface WebhookMessage {
  /** Id of the event. */
  readonly id: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * In structured mode the body is the whole event; in binary mode it is the event's data, and each attribute is a header
 * `ce-…`. The same webhook always gives the same message.
 */
export function messageOf({ sequence, url, mode, event }: NewWebhook): WebhookMessage {
  const message = sequenced(sequence, event);
  const { id } = event;
  if (mode !== "binary")
    return { id, url, headers: { "Content-Type": "application/cloudevents+json" }, body: JSON.stringify(message) };
  const { data, datacontenttype, ...attributes } = message;
  const headers = Object.entries(attributes).map(([name, value]) => [`ce-${name}`, encoded(String(value))]);
  return {
    id,
    url,
    headers: { "Content-Type": datacontenttype, ...Object.fromEntries(headers) },
    body: JSON.stringify(data),
  };
}

/**
 * Percent-encodes all but printable ASCII, and the space, the double quote and the percent sign, as UTF-8 (section
 * 3.1.3.2).
 */
function encoded(value: string): string {
  return value.replace(/[^\x21\x23\x24\x26-\x7e]/gu, (character) => encodeURIComponent(character));
}
