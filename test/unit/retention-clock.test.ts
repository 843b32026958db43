import { expect, test } from "vitest";
import { RetentionClock } from "../../lib/retention-clock.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Clocks that are set by hand. */
function handSet(past?: number) {
  const clocks = { wall: 1000 * DAY, database: Number.POSITIVE_INFINITY, elapsed: 5 * DAY };
  const notices: string[] = [];
  const clock = new RetentionClock({
    wallClocks: async () => [clocks.wall, clocks.database].filter(Number.isFinite),
    past,
    onNotice: (notice) => notices.push(notice),
    elapsedMs: () => clocks.elapsed,
  });
  const pass = (milliseconds: number) => {
    for (const name of ["wall", "database", "elapsed"] as const) clocks[name] += milliseconds;
  };
  return { clock, clocks, notices, pass };
}

test("follows a clock that is corrected a little", async () => {
  const { clock, clocks, notices, pass } = handSet();
  for (let n = 0; n < 10; n++) {
    pass(HOUR);
    clocks.wall += n * 10_000;
    expect(await clock.now()).toBe(clocks.wall);
  }
  expect(notices).toEqual([]);
});

test("does not follow a jump ahead, and says so once", async () => {
  const { clock, clocks, notices, pass } = handSet();
  const before = await clock.now();
  clocks.wall += 8 * DAY;
  for (let n = 1; n <= 23; n++) {
    pass(HOUR);
    expect(await clock.now()).toBe(before + n * HOUR);
  }
  expect(notices).toEqual([expect.stringContaining(`${8 * 24 * 3600} s ahead`)]);
  clocks.wall -= 8 * DAY;
  expect(await clock.now()).toBe(clocks.wall);
});

test("believes a jump that has lasted for a day, counted from the last of several", async () => {
  const { clock, clocks, notices, pass } = handSet();
  await clock.now();
  clocks.wall += 8 * DAY;
  await clock.now();
  pass(20 * HOUR);
  clocks.wall += DAY;
  const between = await clock.now();
  pass(20 * HOUR);
  expect(await clock.now()).toBe(between + 20 * HOUR);
  pass(4 * HOUR);
  expect(await clock.now()).toBe(clocks.wall);
  expect(notices).toHaveLength(2);
  pass(HOUR);
  expect(await clock.now()).toBe(clocks.wall);
});

test("counts the day anew when a jump shrinks, and when it comes again after the clock was set right", async () => {
  const { clock, clocks, notices, pass } = handSet();
  const before = await clock.now();
  clocks.wall += 8 * DAY;
  await clock.now();
  pass(20 * HOUR);
  clocks.wall -= 6 * DAY;
  await clock.now();
  pass(20 * HOUR);
  expect(await clock.now()).toBe(before + 40 * HOUR);
  clocks.wall -= 2 * DAY;
  expect(await clock.now()).toBe(clocks.wall);
  pass(20 * HOUR);
  await clock.now();
  clocks.wall += 2 * DAY;
  expect(await clock.now()).toBe(before + 60 * HOUR);
  expect(notices).toHaveLength(3);
});

test("does not believe a clock that was wrong at the start either", async () => {
  const past = 992 * DAY;
  const { clock, clocks, pass } = handSet(past);
  pass(HOUR);
  expect(await clock.now()).toBe(past + HOUR);
  clocks.wall = past - DAY;
  expect(await clock.now()).toBe(past - DAY);
});

test("is never ahead of the database's clock, nor of the machine's", async () => {
  const { clock, clocks, notices } = handSet();
  clocks.database = clocks.wall - 8 * DAY;
  expect(await clock.now()).toBe(clocks.database);
  expect(notices).toEqual([expect.stringContaining(`differ by ${8 * 24 * 3600} s`)]);
  [clocks.wall, clocks.database] = [clocks.database - DAY, clocks.wall];
  expect(await clock.now()).toBe(clocks.wall);
});
