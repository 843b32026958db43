import { expect, test } from "vitest";
import { HybridClock } from "../../lib/backends/mongo/hybrid-clock.ts";

/** A clock over a time that is set by hand. */
function clockAt(milliseconds: number) {
  const time = { now: milliseconds };
  return { time, clock: new HybridClock(() => time.now) };
}

test("stamps ascend, as text, while time stands still, jumps back and goes on", () => {
  const { time, clock } = clockAt(999);
  const stamps = [clock.next(), clock.next()];
  time.now = 500;
  stamps.push(clock.next());
  time.now = 1000;
  stamps.push(clock.next(), clock.next());
  expect(stamps).toEqual([...new Set(stamps)].sort());
  expect(stamps[3]).toBe("000000000001000-000000");
});

test("what is stamped after another node's stamp was seen is later, though the own clock is behind", () => {
  const ahead = clockAt(9_000).clock;
  const { time, clock } = clockAt(1_000);
  ahead.next();
  const seen = ahead.next();
  clock.see(seen);
  expect(clock.next() > seen).toBe(true);
  time.now = 20_000;
  expect(clock.next()).toBe("000000000020000-000000");
});

test("an older stamp that is seen sets nothing back", () => {
  const { clock } = clockAt(5_000);
  const [first, second] = [clock.next(), clock.next()];
  clock.see(first);
  clock.see("000000000000001-000007");
  expect(clock.next() > second).toBe(true);
});

test("a full counter goes over into the milliseconds", () => {
  const { clock } = clockAt(1);
  clock.see("000000000000005-999999");
  expect(clock.next()).toBe("000000000000006-000000");
});
