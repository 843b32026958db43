import type { JsMsg } from "nats";

/** What a message has as JSON; undefined if it has none. */
export function jsonOf(message: Pick<JsMsg, "string">): unknown {
  try {
    return JSON.parse(message.string());
  } catch {
    return undefined;
  }
}
