import { describe, expect, it } from "vitest";
import { RoundRobin } from "../../lib/concurrency/round-robin.ts";

function filled(...items: readonly string[]): RoundRobin<string, string, string> {
  const queue = new RoundRobin<string, string, string>();
  for (const item of items) queue.push(item.charAt(0), item, item);
  return queue;
}

function drained(queue: RoundRobin<string, string, string>): string[] {
  const items: string[] = [];
  for (let item = queue.shift(); item !== undefined; item = queue.shift()) items.push(item);
  return items;
}

describe("items of several groups", () => {
  it("are served one of each group in turn, in order within a group", () => {
    const queue = filled("a1", "a2", "a3", "a4", "b1", "c1", "c2");
    expect(queue.size).toBe(7);
    expect(drained(queue)).toEqual(["a1", "b1", "c1", "a2", "c2", "a3", "a4"]);
    expect(queue.size).toBe(0);
  });

  it("of a new group wait for one item of each other, however many those have", () => {
    const queue = filled("a1", "a2", "a3", "b1", "b2", "b3");
    expect(queue.shift()).toBe("a1");
    queue.push("c", "c1", "c1");
    expect(drained(queue).slice(0, 3)).toEqual(["b1", "a2", "c1"]);
  });

  it("of a group that is not in the round come first if sparse groups do, once in a round", () => {
    const queue = new RoundRobin<string, string, string>({ sparseFirst: true });
    const push = (...items: string[]) => {
      for (const item of items) queue.push(item.charAt(0), item, item);
    };
    push("a1", "a2", "a3", "a4", "b1", "b2", "b3", "b4");
    expect([queue.shift(), queue.shift(), queue.shift()]).toEqual(["a1", "b1", "a2"]);
    push("c1");
    expect([queue.peek(), queue.shift()]).toEqual(["c1", "c1"]);
    // Those that were in the round before it come first now.
    push("c2", "c3");
    expect([queue.shift(), queue.shift(), queue.shift()]).toEqual(["b2", "a3", "c2"]);
    // When a round has passed without it, it is first again.
    queue.remove("c3");
    expect([queue.shift(), queue.shift()]).toEqual(["b3", "a4"]);
    push("c4");
    expect([queue.shift(), queue.shift(), queue.size]).toEqual(["c4", "b4", 0]);
    push("a5", "c5");
    expect([queue.shift(), queue.shift(), queue.shift()]).toEqual(["a5", "c5", undefined]);
  });

  it("are removed from a group that comes first, which has no turn without them, or keeps its turn in the round", () => {
    const queue = new RoundRobin<string, string, string>({ sparseFirst: true });
    const push = (...items: string[]) => {
      for (const item of items) queue.push(item.charAt(0), item, item);
    };
    push("a1", "b1", "c1", "d1");
    queue.remove("a1");
    queue.drop("b");
    expect([queue.shift(), queue.shift(), queue.size]).toEqual(["c1", "d1", 0]);
    // With nothing waiting there was no round.
    push("d2", "d3", "c2", "c3");
    expect([queue.shift(), queue.shift()]).toEqual(["d2", "c2"]);
    expect(queue.has("c")).toBe(true);
    queue.remove("c3");
    expect(queue.has("c")).toBe(false);
    push("c4");
    expect(drained(queue)).toEqual(["d3", "c4"]);
  });

  it("of many groups that come and go do not keep the others from being served", () => {
    const queue = new RoundRobin<string, string, string>({ sparseFirst: true });
    for (let item = 0; item < 20; item++) queue.push("flood", `flood ${item}`, `flood ${item}`);
    queue.push("loop", "loop", "loop");
    const served: string[] = [];
    for (let turn = 0; turn < 20; turn++) {
      const item = queue.shift() as string;
      served.push(item);
      if (item === "loop") queue.push("loop", "loop", "loop");
    }
    expect(served.filter((item) => item === "loop")).toHaveLength(10);
  });

  it("are in the queue once", () => {
    const queue = filled("a1", "a1");
    expect(queue.size).toBe(1);
    expect(drained(queue)).toEqual(["a1"]);
  });

  it("can be looked at, removed and dropped", () => {
    const queue = filled("a1", "a2", "b1", "b2", "c1");
    expect(queue.peek()).toBe("a1");
    expect([queue.remove("a1"), queue.remove("a1"), queue.remove("c1")]).toEqual([true, false, true]);
    expect([queue.has("a"), queue.has("c")]).toEqual([true, false]);
    queue.drop("b");
    expect(queue.size).toBe(1);
    expect(drained(queue)).toEqual(["a2"]);
    expect(queue.peek()).toBeUndefined();
  });
});
