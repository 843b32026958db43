import { headers, type JsMsg, type MsgHdrs } from "nats";

/** Header of a delayed task: when it is due, in milliseconds since 1970. */
const NOT_BEFORE = "Sightline-Not-Before";

export function dueIn(delayMs: number): MsgHdrs {
  const delayed = headers();
  delayed.set(NOT_BEFORE, String(Date.now() + delayMs));
  return delayed;
}

/** Remaining delay of a task; not positive if it is due. */
export function remainingMs(message: JsMsg): number {
  return Number(message.headers?.get(NOT_BEFORE) || 0) - Date.now();
}
