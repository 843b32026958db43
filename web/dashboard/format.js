/** Formats numbers and times. Pure, except that times are in the chosen zone, and `ago` and `until` read the clock. */
import { now } from "./clock.js";
import { inUtc, zoneName } from "./zone.js";

const wholeNumbers = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const rates = new Intl.NumberFormat("en", { maximumFractionDigits: 1 });
const inBothZones = (options) =>
  [undefined, "UTC"].map((timeZone) => new Intl.DateTimeFormat("en-GB", { ...options, timeZone }));
const clocks = inBothZones({ hour: "2-digit", minute: "2-digit", second: "2-digit" });
const short = inBothZones({ day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", second: "2-digit" });
const long = inBothZones({
  day: "numeric",
  month: "short",
  year: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});
const inZone = ([local, utc], time) => (inUtc() ? utc : local).format(new Date(time));

export const count = (value) => wholeNumbers.format(value);
export const rate = (value) => rates.format(value);
export const plural = (value, one, many = `${one}s`) => `${count(value)} ${value === 1 ? one : many}`;

/** A duration in its two largest units: `2 min 10 s`. Below a second in milliseconds: `22 ms`. */
export function duration(seconds) {
  if (seconds > 0 && seconds < 0.9995) return milliseconds(seconds * 1000);
  if (seconds < 10) return `${Math.round(seconds * 10) / 10} s`;
  const units = [
    ["d", 86_400],
    ["h", 3_600],
    ["min", 60],
    ["s", 1],
  ];
  let rest = Math.round(seconds);
  const parts = units.map(([name, length]) => {
    const amount = Math.floor(rest / length);
    rest -= amount * length;
    return { name, amount };
  });
  const first = parts.findIndex(({ amount }) => amount > 0);
  return parts
    .slice(first, first + 2)
    .filter(({ amount }) => amount > 0)
    .map(({ name, amount }) => `${amount} ${name}`)
    .join(" ");
}

export function milliseconds(value) {
  if (value === null || value === undefined) return "–";
  if (value >= 1000) return `${(value / 1000).toFixed(value < 10_000 ? 1 : 0)} s`;
  return `${value < 10 ? rates.format(value) : wholeNumbers.format(value)} ms`;
}

export function bytes(value) {
  const units = ["B", "kB", "MB", "GB"];
  const power = value < 1000 ? 0 : Math.min(Math.floor(Math.log10(value) / 3), units.length - 1);
  return `${rates.format(value / 1000 ** power)} ${units[power]}`;
}

export const timeOfDay = (time) => inZone(clocks, time);
/** `27 Nov, 22:15:04` */
export const shortMoment = (time) => inZone(short, time);
/** `27 Nov 2026, 22:15:04 UTC` */
export const dateAndTime = (time) => `${inZone(long, time)} ${zoneName(new Date(time))}`;
export const secondsBetween = (from, to) => Math.max(0, (to - new Date(from)) / 1000);

export function ago(time) {
  const seconds = secondsBetween(time, now());
  return seconds < 5 ? "just now" : `${duration(Math.round(seconds)).split(" ").slice(0, 2).join(" ")} ago`;
}

/** The distance of a time that may be in the future: `in 2 h`. */
export function until(time) {
  const seconds = (Date.parse(time) - now()) / 1000;
  return seconds < 1 ? ago(time) : `in ${duration(Math.round(seconds))}`;
}

const words = { partially_failed: "partly failed" };
export const stateWord = (state) => words[state] ?? state;
export const shortId = (id) => id.slice(0, 8);
