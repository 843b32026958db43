import { describe, expect, it } from "vitest";
import { PriorityQueue } from "../../lib/vision/priority-queue.ts";

describe("the waiting line", () => {
  it("serves interactive before bulk, each in order of arrival", () => {
    const line = new PriorityQueue<string>();
    line.push("b1", "bulk");
    line.push("i1", "interactive");
    line.push("b2", "bulk");
    line.push("i2", "interactive");
    expect(line.size).toBe(4);
    expect([line.shift(), line.shift(), line.shift(), line.shift(), line.shift()]).toEqual([
      "i1",
      "i2",
      "b1",
      "b2",
      undefined,
    ]);
  });

  it("serves the clients of a priority in turn: a flood of one does not delay another", () => {
    const line = new PriorityQueue<string>();
    line.push("job", "bulk");
    for (let count = 0; count < 100; count++) line.push(`flood ${count}`, "interactive", "flood");
    line.push("polite", "interactive", "polite");
    expect([line.shift(), line.shift(), line.shift()]).toEqual(["flood 0", "polite", "flood 1"]);
    line.unshift("returned", "interactive");
    expect(line.shift()).toBe("returned");
    expect(line.drain().at(-1)).toBe("job");
  });

  it("lets a task leave, once", () => {
    const line = new PriorityQueue<string>();
    line.push("a", "bulk");
    expect(line.remove("a")).toBe(true);
    expect(line.remove("a")).toBe(false);
    expect(line.size).toBe(0);
  });
});
