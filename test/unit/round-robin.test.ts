import { describe, expect, it } from "vitest";
import { RoundRobin } from "../../lib/round-robin.ts";

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
