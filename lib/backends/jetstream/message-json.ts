import type { JsMsg } from "nats";

/** The message's content parsed as JSON; undefined if it is not JSON. */
export function jsonOf(message: Pick<JsMsg, "string">): unknown {
  try {
    return JSON.parse(message.string());
  } catch {
    return undefined;
  }
}
