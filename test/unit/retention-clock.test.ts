import { expect, test } from "vitest";
import { type ClockState, RetentionClock } from "../../lib/time/retention-clock.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** Clocks that are set by hand. */
function handSet(past?: ClockState) {
  const clocks = { wall: 1000 * DAY, database: Number.POSITIVE_INFINITY, elapsed: 5 * DAY };
  const notices: string[] = [];
  const saved: ClockState[] = [];
  const clock = new RetentionClock({
    wallClocks: async () => [clocks.wall, clocks.database].filter(Number.isFinite),
    past,
    save: async (state) => {
      saved.push(state);
    },
    onNotice: (notice) => notices.push(notice),
    elapsedMs: () => clocks.elapsed,
  });
  const pass = (milliseconds: number) => {
    for (const name of ["wall", "database", "elapsed"] as const) clocks[name] += milliseconds;
  };
  return { clock, clocks, notices, pass, saved };
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

test("believes each jump that has lasted for a day", async () => {
  const { clock, clocks, notices, pass } = handSet();
  const before = await clock.now();
  clocks.wall += 8 * DAY;
  await clock.now();
  pass(20 * HOUR);
  clocks.wall += DAY;
  expect(await clock.now()).toBe(before + 20 * HOUR);
  pass(20 * HOUR);
  expect(await clock.now()).toBe(before + 40 * HOUR + 8 * DAY);
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
  const { clock, clocks, pass } = handSet({ time: past, jumps: [] });
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

/** The next run of a service that was off for so long. */
function later({ clocks, saved }: ReturnType<typeof handSet>, offMs: number, wallMs = offMs) {
  const run = handSet(saved.at(-1));
  run.clocks.wall = clocks.wall + wallMs;
  return run;
}

test("a machine that is off at night keeps data for two days longer at most", async () => {
  let run = handSet();
  await run.clock.now();
  const behind: number[] = [];
  for (let day = 0; day < 30; day++) {
    for (let hour = 0; hour < 8; hour++) {
      run.pass(HOUR);
      const time = await run.clock.now();
      behind.push(run.clocks.wall - time);
    }
    run = later(run, 16 * HOUR);
    await run.clock.now();
  }
  expect(Math.max(...behind)).toBe(48 * HOUR);
});

test("a clock that was ahead before the service was started anew is not believed for it", async () => {
  const first = handSet();
  const before = await first.clock.now();
  first.clocks.wall += 100 * DAY;
  await first.clock.now();
  first.pass(23 * HOUR);
  await first.clock.now();
  const second = later(first, 60_000);
  expect(await second.clock.now()).toBe(before + 23 * HOUR + 60_000);
  expect(second.notices).toEqual([expect.stringContaining(`${100 * 24 * 3600} s ahead`)]);
  second.clocks.wall -= 100 * DAY;
  expect(await second.clock.now()).toBe(second.clocks.wall);
  const third = later(second, 60_000, 0);
  await third.clock.now();
  expect(third.notices).toEqual([]);
});

test("a run that was killed between two removals is no jump", async () => {
  const first = handSet();
  await first.clock.now();
  const second = later(first, 12 * 60_000);
  expect(await second.clock.now()).toBe(second.clocks.wall);
  expect(second.notices).toEqual([]);
});
