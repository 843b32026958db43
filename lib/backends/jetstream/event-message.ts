import type { JsMsg } from "nats";
import type { CloudEvent } from "../../jobs/events.ts";
import { jsonOf } from "./message-json.ts";

/**
 * The event of a message; undefined if this version cannot read it, for example because a later version has written it.
 */
export function eventOf(message: JsMsg): CloudEvent | undefined {
  const value = jsonOf(message);
  return isEvent(value) ? value : undefined;
}

/** The notice about the first message that cannot be read. */
export function unreadableEvent({ subject, seq, info: { stream } }: JsMsg): string {
  return `Message ${seq} of stream ${stream} in NATS, ${subject}, is no event that this version can read. It is left out, and so are others like it.`;
}

function isEvent(value: unknown): value is CloudEvent {
  if (typeof value !== "object" || value === null) return false;
  const { id, type, subject, time, data } = value as Readonly<Record<string, unknown>>;
  return (
    [id, type, subject].every((text) => typeof text === "string") &&
    typeof time === "string" &&
    !Number.isNaN(Date.parse(time)) &&
    typeof data === "object" &&
    data !== null
  );
}
