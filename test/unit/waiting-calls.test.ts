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
  expect(waiting.has(need.models)).toBe(true);
  free("faces-haar", 2);
  await Promise.all([calls[0], calls[3]]);
  expect(order).toEqual(["flood faces-haar", "polite faces-haar"]);
  free("faces-haar", 5);
  await Promise.all(calls);
  expect(waiting.has(need.models)).toBe(false);
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
  expect(waiting.has(need.models)).toBe(false);
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

it("gives up at the deadline", async () => {
  const { waiting } = opened();
  await expect(waiting.room("a", need, performance.now() + 10)).rejects.toMatchObject({
    type: "IMAGE_TIMEOUT",
    data: { timeoutMs: expect.any(Number) },
  });
  expect(waiting.has(need.models)).toBe(false);
});
