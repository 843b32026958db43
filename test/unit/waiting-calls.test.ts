import { expect, it, onTestFinished, vi } from "vitest";
import { type Need, WaitingCalls } from "../../lib/balancing/waiting-calls.ts";

const need: Need = { images: 1, models: ["faces-haar"], without: new Set() };
const inTime = () => performance.now() + 60_000;

/** Detectors with as much room as the test says. */
function opened() {
  const room: Record<string, number> = { "faces-haar": 0, yolox: 0 };
  const waiting = new WaitingCalls(({ models: [model = ""] }) => {
    if (!room[model]) return undefined;
    room[model] -= 1;
    return model;
  });
  const order: string[] = [];
  const wait = (client: string, what = need) =>
    waiting.room(client, what, inTime()).then((nodeID) => order.push(`${client} ${nodeID}`));
  const free = (model: string, count: number) => {
    room[model] = (room[model] ?? 0) + count;
    waiting.serve();
  };
  return { waiting, order, wait, free, room };
}

it("gives room to the clients in turn, as it becomes free", async () => {
  const { waiting, order, wait, free } = opened();
  const calls = [wait("flood"), wait("flood"), wait("flood"), wait("polite")];
  expect(waiting.has(need)).toBe(true);
  free("faces-haar", 2);
  await Promise.all([calls[0], calls[3]]);
  expect(order).toEqual(["flood faces-haar", "polite faces-haar"]);
  free("faces-haar", 5);
  await Promise.all(calls);
  expect(waiting.has(need)).toBe(false);
});

it("gives it first to a client that has had nothing in this round, however many the others are", async () => {
  const { order, wait, free } = opened();
  const calls = [wait("a"), wait("a"), wait("b"), wait("b")];
  free("faces-haar", 1);
  await calls[0];
  const sparse = wait("sparse");
  // Answers come in the order of the calls to those that have their room at once.
  await new Promise(setImmediate);
  free("faces-haar", 3);
  await sparse;
  await calls[1];
  expect(order).toEqual(["a faces-haar", "b faces-haar", "sparse faces-haar", "a faces-haar"]);
  free("faces-haar", 1);
  await Promise.all(calls);
});

it("finds room that no answer told of, whenever it comes, and looks for none when nothing waits", async () => {
  vi.useFakeTimers();
  onTestFinished(() => {
    vi.useRealTimers();
  });
  const { waiting, order, wait, room } = opened();
  const [first, second] = [wait("a"), wait("b")];
  for (const call of [first, second]) {
    room["faces-haar"] = 1;
    vi.advanceTimersByTime(1_000);
    await call;
  }
  expect(order).toHaveLength(2);
  vi.advanceTimersByTime(1_000);
  // Also no timer for the deadline of an image that has its room.
  expect(vi.getTimerCount()).toBe(0);
  // One who waits when there is room already takes it at once.
  room["faces-haar"] = 1;
  await wait("c");
  expect(waiting.has(need)).toBe(false);
});

it("does not let images for one detector wait for those of another", async () => {
  const { order, wait, free } = opened();
  void wait("a");
  const other = wait("b", { images: 1, models: ["yolox"], without: new Set() });
  free("yolox", 1);
  await other;
  expect(order).toEqual(["b yolox"]);
  free("faces-haar", 1);
});

it("gives room that images for several sets of models could take to each of the sets in turn", async () => {
  let room = 0;
  const waiting = new WaitingCalls(() => (room-- > 0 ? "detector" : undefined));
  const order: string[] = [];
  const wait = (client: string, models: readonly string[]) =>
    waiting.room(client, { ...need, models }, inTime()).then(() => order.push(client));
  const free = async (count: number) => {
    room = count;
    waiting.serve();
    // Answers come in the order of the calls to those that have their room at once.
    await new Promise(setImmediate);
  };
  const flood = ["faces-haar"];
  const calls = [wait("flood", flood), wait("flood", flood), wait("polite", ["yolox"]), wait("third", ["yunet"])];
  await free(1);
  // As long as the service is overloaded, there is always one more.
  calls.push(wait("flood", flood));
  await free(1);
  calls.push(wait("flood", flood));
  await free(1);
  expect(order).toEqual(["flood", "polite", "third"]);
  await free(3);
  await Promise.all(calls);
  expect(order).toEqual(["flood", "polite", "third", "flood", "flood", "flood"]);
});

it("gives a client that names several sets of models no more room than another", async () => {
  let room = 0;
  const waiting = new WaitingCalls(() => (room-- > 0 ? "detector" : undefined));
  const order: string[] = [];
  const wait = (client: string, model: string) =>
    waiting.room(client, { ...need, models: [model] }, inTime()).then(() => order.push(client));
  const calls = ["faces-haar", "yolox", "yunet"].flatMap((model) => [wait("flood", model), wait("flood", model)]);
  calls.push(...[1, 2, 3].map(() => wait("polite", "sface")));
  for (let freed = 0; freed < 9; freed++) {
    room = 1;
    waiting.serve();
    await new Promise(setImmediate);
  }
  await Promise.all(calls);
  expect(order.slice(0, 6)).toEqual(["flood", "polite", "flood", "polite", "flood", "polite"]);
});

it("does not let images wait for one that the detector with room has refused", async () => {
  let room = 0;
  const waiting = new WaitingCalls(({ without }) => (!without.has("a") && room-- > 0 ? "a" : undefined));
  const refused = waiting.room("x", { ...need, without: new Set(["a"]) }, performance.now() + 1_000);
  const other = waiting.room("y", need, performance.now() + 1_000);
  room = 1;
  waiting.serve();
  const outcomes = await Promise.allSettled([refused, other]);
  expect(outcomes.map(({ status }) => status)).toEqual(["rejected", "fulfilled"]);
});

it("gives up at the deadline", async () => {
  const { waiting } = opened();
  await expect(waiting.room("a", need, performance.now() + 10)).rejects.toMatchObject({
    type: "IMAGE_TIMEOUT",
    data: { timeoutMs: expect.any(Number) },
  });
  expect(waiting.has(need)).toBe(false);
});
