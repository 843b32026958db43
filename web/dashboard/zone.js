/** The time zone that times are shown in: that of the browser, or UTC. A switch in the bar changes it. */

import { keepChoice, keptChoice } from "./choices.js";

const KEY = "sightline-zone";
const UTC = "UTC";

let isUtc = keptChoice(KEY) === UTC;

export const inUtc = () => isUtc;
/** An option of `Intl.DateTimeFormat`; undefined stands for the browser's zone. */
export const zone = () => (isUtc ? UTC : undefined);

export function changeZone() {
  isUtc = !isUtc;
  keepChoice(KEY, isUtc ? UTC : "local");
}

const [localName, utcName] = [undefined, UTC].map(
  (timeZone) => new Intl.DateTimeFormat("en", { timeZone, timeZoneName: "short" }),
);

/** `UTC`, `GMT+2`: the zone at a time, since summer time may differ. */
export function zoneName(at = new Date()) {
  const parts = (isUtc ? utcName : localName).formatToParts(at);
  return parts.find(({ type }) => type === "timeZoneName").value;
}

/** What an `<input type="datetime-local">` has for a time, and the other way round; "" and undefined for none. */
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
