import { describe, expect, it } from "vitest";
import { mapInOrder } from "../../lib/http/upload/map-in-order.ts";

async function* failing(count: number): AsyncGenerator<number> {
  for (let n = 0; n < count; n++) yield n;
  throw new Error("the source");
}
async function* numbers(count: number): AsyncGenerator<number> {
  for (let n = 0; n < count; n++) yield n;
}

/** Mappings that end when they are told to. */
function gated() {
  const gates: PromiseWithResolvers<void>[] = [];
  const ended: number[] = [];
  const map = async (n: number) => {
    const gate = Promise.withResolvers<void>();
    gates.push(gate);
    await gate.promise.finally(() => ended.push(n));
    return n;
  };
  return { gates, ended, map };
}

describe("mapInOrder", () => {
  it("gives the results in the order of arrival", async () => {
    const { gates, map } = gated();
    const mapped = mapInOrder(numbers(3), 3, map);
    await expect.poll(() => gates.length).toBe(3);
    for (const gate of gates.toReversed()) gate.resolve();
    expect(await mapped).toEqual([0, 1, 2]);
  });

  it("throws the source's error when nothing is in flight any more", async () => {
    const { gates, ended, map } = gated();
    let isOver = false;
    const mapped = mapInOrder(failing(3), 9, map).finally(() => {
      isOver = true;
    });
    mapped.catch(() => {});
    await expect.poll(() => gates.length).toBe(3);
    gates[1]?.resolve();
    gates[0]?.reject(new Error("a mapping"));
    await expect.poll(() => ended.length).toBe(2);
    expect(isOver).toBe(false);
    gates[2]?.resolve();
    await expect(mapped).rejects.toThrow("the source");
    expect(ended).toHaveLength(3);
  });

  it.each([2, 9])("throws a mapping's error when nothing is in flight any more, of at most %i", async (maxInFlight) => {
    const { gates, ended, map } = gated();
    const mapped = mapInOrder(numbers(2), maxInFlight, map);
    let isOver = false;
    mapped
      .catch(() => {})
      .finally(() => {
        isOver = true;
      });
    await expect.poll(() => gates.length).toBe(2);
    gates[0]?.reject(new Error("a mapping"));
    await expect.poll(() => ended.length).toBe(1);
    await new Promise((resolve) => setImmediate(resolve));
    expect(isOver).toBe(false);
    gates[1]?.reject(new Error("another"));
    await expect(mapped).rejects.toThrow("a mapping");
    expect(ended).toHaveLength(2);
  });
});
