/** The time zone in which times are shown: that of the browser, or UTC. A switch in the bar changes it. */

import { keepChoice, keptChoice } from "./choices.js";

const KEY = "sightline-zone";
const UTC = "UTC";

let isUtc = keptChoice(KEY) === UTC;

export const inUtc = () => isUtc;
/** The zone as an option of `Intl.DateTimeFormat`; undefined stands for the browser's zone. */
export const zone = () => (isUtc ? UTC : undefined);

export function changeZone() {
  isUtc = !isUtc;
  keepChoice(KEY, isUtc ? UTC : "local");
}

const [localName, utcName] = [undefined, UTC].map(
  (timeZone) => new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "short" }),
);

/** Name of the zone at a time, such as `UTC` or `GMT+2`, which differs in summer. */
export function zoneName(at = new Date()) {
  const parts = (isUtc ? utcName : localName).formatToParts(at);
  return parts.find(({ type }) => type === "timeZoneName").value;
}

/** Converts a time to the value of an `<input type="datetime-local">`, and back; "" and undefined stand for none. */
export function toInput(time) {
  if (!time) return "";
  const at = new Date(time);
  if (Number.isNaN(at.getTime())) return "";
  const shown = isUtc ? at : new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return shown.toISOString().slice(0, 16);
}

export function fromInput(value) {
  if (value === "") return undefined;
  const at = new Date(isUtc ? `${value}Z` : value);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
