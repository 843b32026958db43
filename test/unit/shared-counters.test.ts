import { expect, it, onTestFinished, vi } from "vitest";
import { MemoryRateCounters } from "../../lib/backends/memory/rate-counters.ts";
import { SharedCounters } from "../../lib/limits/shared-counters.ts";
import type { PointsRequest } from "../../lib/ports/rate-counters.ts";

const MINUTE = 60_000;
const wanted = (points: number, limit: number, windowMs = MINUTE) => ({ name: "requests:a", points, limit, windowMs });

const takeAlone = (request: PointsRequest) => new MemoryRateCounters().take(request);

/** Some gateways that share counters, and how often these were asked. */
function gateways(count: number) {
  const counters = new MemoryRateCounters();
  const take = vi.fn((request: PointsRequest) => counters.take(request));
  const open = () => new SharedCounters({ take, takeAlone, onChange: () => {} });
  return { take, gateways: Array.from({ length: count }, open) as [SharedCounters, SharedCounters] };
}

async function grantedOf(of: readonly SharedCounters[], requests: number, limit: number, isAtOnce = false) {
  let granted = 0;
  const send = async (index: number) => {
    const { isGranted } = await (of[index % of.length] as SharedCounters).spend(wanted(1, limit));
    if (isGranted) granted++;
  };
  if (isAtOnce) await Promise.all(Array.from({ length: requests }, (_, index) => send(index)));
  else for (let index = 0; index < requests; index++) await send(index);
  return granted;
}

it.each([1, 7, 60, 200])(
  "spends exactly a limit of %i over several gateways, one after the other and at once",
  async (limit) => {
    expect(await grantedOf(gateways(3).gateways, limit + 20, limit)).toBe(limit);
    expect(await grantedOf(gateways(3).gateways, limit + 20, limit, true)).toBe(limit);
  },
);

it("spends no more than a large limit, and asks for few of its points", async () => {
  const { take, gateways: three } = gateways(3);
  const granted = await grantedOf(three, 30_000, 20_000);
  expect(granted).toBeLessThanOrEqual(20_000);
  expect(granted).toBeGreaterThan(19_000);
  expect(take.mock.calls.length).toBeLessThan(1_500);
});

it("asks no more once nothing is left", async () => {
  const { take, gateways: one } = gateways(1);
  await grantedOf(one, 5, 5);
  const asked = take.mock.calls.length;
  expect(await grantedOf(one, 50, 5)).toBe(0);
  expect(take.mock.calls.length).toBe(asked);
});

it("spends all of the wanted points or none, and leaves the rest to others", async () => {
  const [counters] = gateways(1).gateways;
  expect(await counters.spend(wanted(8, 10))).toMatchObject({ isGranted: true, left: 2 });
  expect(await counters.spend(wanted(3, 10))).toMatchObject({ isGranted: false, left: 2 });
  expect(await counters.spend(wanted(2, 10))).toMatchObject({ isGranted: true, left: 0 });
  expect(await counters.spend(wanted(11, 10))).toMatchObject({ isGranted: false });
});

it("leaves all to others if more is wanted than there can be", async () => {
  const { gateways: two } = gateways(2);
  expect(await two[0].spend(wanted(11, 10))).toMatchObject({ isGranted: false, left: 10 });
  expect(await two[1].spend(wanted(10, 10))).toMatchObject({ isGranted: true, left: 0 });
});

it("leaves to other gateways what is not enough for a refused request", async () => {
  const { gateways: two } = gateways(2);
  expect(await two[0].spend(wanted(60, 100))).toMatchObject({ isGranted: true, left: 40 });
  // One gateway knows that 40 are left, the other finds it out.
  for (const counters of two)
    expect(await counters.spend(wanted(50, 100))).toMatchObject({ isGranted: false, left: 40 });
  expect(await two[1].spend(wanted(30, 100))).toMatchObject({ isGranted: true, left: 10 });
  // Here it is not known yet that 30 more are spent.
  expect(await two[0].spend(wanted(20, 100))).toMatchObject({ isGranted: false, left: 10 });
  expect(await two[1].spend(wanted(10, 100))).toMatchObject({ isGranted: true, left: 0 });
});

it("grants those that fit of several requests at once, and leaves the rest to other gateways", async () => {
  const { take, gateways: two } = gateways(2);
  const many = [30, 80, 50, 30, 1].map((points) => two[0].spend(wanted(points, 100)));
  expect((await Promise.all(many)).map(({ isGranted }) => isGranted)).toEqual([true, false, true, false, true]);
  expect(take).toHaveBeenCalledTimes(1);
  expect(await two[1].spend(wanted(19, 100))).toMatchObject({ isGranted: true, left: 0 });
});

it("asks for the rest of what is wanted, if it has some of it", async () => {
  const [counters] = gateways(1).gateways;
  const { endsAt } = await counters.spend(wanted(8, 10));
  counters.giveBack("requests:a", 5, endsAt);
  expect(await counters.spend(wanted(7, 10))).toMatchObject({ isGranted: true, left: 0 });
});

it("spends again what is given back", async () => {
  const [counters] = gateways(1).gateways;
  expect(await grantedOf([counters], 3, 2)).toBe(2);
  const { endsAt } = await counters.spend(wanted(0, 2));
  counters.giveBack("requests:a", 1, endsAt);
  expect(await grantedOf([counters], 3, 2)).toBe(1);
  counters.giveBack("requests:unknown", 1, endsAt);
});

it("does not spend in the next window what is given back of the last one", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const [counters] = gateways(1).gateways;
  const { endsAt } = await counters.spend(wanted(1, 2));
  vi.advanceTimersByTime(MINUTE);
  expect(await grantedOf([counters], 1, 2)).toBe(1);
  counters.giveBack("requests:a", 1, endsAt);
  expect(await grantedOf([counters], 3, 2)).toBe(1);
});

it("begins anew with each window, without what was left in the last one", async () => {
  const { gateways: two } = gateways(2);
  for (const counters of two) expect(await counters.spend(wanted(1, 1000, 80))).toMatchObject({ isGranted: true });
  await expect.poll(() => two[0].spend(wanted(1000, 1000, 80))).toMatchObject({ isGranted: true, left: 0 });
  expect((await two[1].spend(wanted(1000, 1000, 80))).isGranted).toBe(false);
});

it("counts alone where the shared counters fail, and together again when they answer", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const counters = new MemoryRateCounters();
  let isAway = true;
  let asked = 0;
  const changes: boolean[] = [];
  const own = new MemoryRateCounters();
  const alone = new SharedCounters({
    async take(request) {
      asked++;
      if (isAway) throw new Error("away");
      return counters.take(request);
    },
    takeAlone: (request) => own.take(request),
    onChange: (change) => changes.push(change),
  });
  expect(await grantedOf([alone], 20, 10)).toBe(10);
  // Asked once: nobody else waits.
  expect({ asked, changes }).toEqual({ asked: 1, changes: [true] });
  // From then on once a second, however many requests there are.
  for (const second of [1, 2]) {
    vi.advanceTimersByTime(1_000);
    for (const name of ["b", "c"]) await alone.spend({ ...wanted(1, 10), name: `${name}${second}` });
    expect(asked).toBe(1 + second);
  }
  isAway = false;
  vi.advanceTimersByTime(MINUTE);
  expect((await alone.spend(wanted(1, 10))).isGranted).toBe(true);
  await expect.poll(() => changes).toEqual([true, false]);
  // The question took nothing.
  expect((await counters.take(wanted(0, 10))).left).toBe(10);
  vi.advanceTimersByTime(MINUTE);
  expect(await grantedOf([alone], 20, 10)).toBe(10);
  expect((await counters.take(wanted(0, 10))).left).toBe(0);
});

/** Points that one gateway asks for, by a clock of the test; the answer takes this long. */
function slowlyAnswered(answerMs: number[] = []) {
  vi.useFakeTimers({ toFake: ["performance"] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const shared = new MemoryRateCounters();
  const asked: number[] = [];
  const take = async (request: PointsRequest) => {
    asked.push(request.points);
    vi.advanceTimersByTime(answerMs.shift() ?? 0);
    const points = await shared.take(request);
    vi.advanceTimersByTime(answerMs.shift() ?? 0);
    return points;
  };
  return { asked, counters: new SharedCounters({ take, takeAlone, onChange: () => {} }) };
}

it("asks for what is missing, for all who ask at once, and for a hundredth in advance", async () => {
  const { asked, counters } = slowlyAnswered();
  await Promise.all(Array.from({ length: 10 }, () => counters.spend(wanted(1, 50))));
  for (let request = 0; request < 3; request++) await counters.spend(wanted(1, 50));
  expect(asked).toEqual([10, 1, 1, 1]);
  asked.length = 0;
  await counters.spend({ ...wanted(8, 1000), name: "b" });
  await counters.spend({ ...wanted(11, 1000), name: "b" });
  expect(asked).toEqual([10, 9]);
});

it("ends a window when the shared one does, however late their answer", async () => {
  const { counters } = slowlyAnswered([0, 5_000]);
  const startedAt = performance.now();
  expect((await counters.spend(wanted(1, 10))).endsAt).toBe(startedAt + MINUTE);
});

it("does not spend what was left of a window that ended while it asked", async () => {
  const { asked, counters } = slowlyAnswered([0, 0, 40_000]);
  await counters.spend(wanted(8, 1000));
  vi.advanceTimersByTime(30_000);
  expect(await counters.spend(wanted(11, 1000))).toMatchObject({ isGranted: true });
  expect(asked).toEqual([10, 9, 9]);
});

it("spends what is granted after the window of the question, though others ask meanwhile", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const shared = new MemoryRateCounters();
  const take = async (request: PointsRequest) => {
    await answering;
    return shared.take(request);
  };
  let answering = Promise.resolve();
  const counters = new SharedCounters({ take, takeAlone, onChange: () => {} });
  await counters.spend(wanted(8, 10));
  const { promise, resolve } = Promise.withResolvers<void>();
  answering = promise;
  const asking = counters.spend(wanted(2, 10));
  vi.advanceTimersByTime(MINUTE);
  const meanwhile = counters.spend(wanted(4, 10));
  resolve();
  expect([(await asking).isGranted, (await meanwhile).isGranted]).toEqual([true, true]);
});

it("says once that the shared counters are away, however many requests find it at once", async () => {
  const changes: boolean[] = [];
  const take = () => Promise.reject(new Error("away"));
  const alone = new SharedCounters({ take, takeAlone, onChange: (isAway) => changes.push(isAway) });
  await Promise.all(["a", "b", "c"].map((name) => alone.spend({ ...wanted(1, 10), name })));
  expect(changes).toEqual([true]);
});
