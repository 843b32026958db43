import { expect, it } from "vitest";
import { FairSlots } from "../../lib/concurrency/fair-slots.ts";

const never = new AbortController().signal;

/** Takes slots, and records the clients in the order in which they get them. */
function taker(slots: FairSlots) {
  const taken: string[] = [];
  const frees: (() => void)[] = [];
  const take = async (client: string, signal = never) => {
    const free = await slots.take(client, signal);
    taken.push(client);
    frees.push(free);
  };
  /** Frees the slot that was taken first. */
  const freeFirst = async () => {
    frees.shift()?.();
    await new Promise(setImmediate);
  };
  return { taken, take, freeFirst };
}

it("gives a client as many slots as it leaves free", async () => {
  const { taken, take } = taker(new FairSlots(8));
  for (const client of [..."aaaaaaaabbbbcccc"]) void take(client);
  await new Promise(setImmediate);
  expect(taken.join("")).toBe("aaaabbc");
});

it("gives a single slot to one after the other", async () => {
  const { taken, take, freeFirst } = taker(new FairSlots(1));
  for (const client of [..."aab"]) void take(client);
  for (let freed = 0; freed < 3; freed++) await freeFirst();
  expect(taken.join("")).toBe("aab");
});

it("lets clients that wait take turns", async () => {
  const { taken, take, freeFirst } = taker(new FairSlots(2));
  for (const client of [..."abaaabb"]) void take(client);
  await new Promise(setImmediate);
  for (let freed = 0; freed < 7; freed++) await freeFirst();
  expect(taken.join("")).toBe("abababa");
});

it("forgets who no longer wants to wait", async () => {
  const { taken, take, freeFirst } = taker(new FairSlots(1));
  await take("a");
  const over = new AbortController();
  const reason = new Error("over");
  const waiting = [take("a", over.signal), take("b", over.signal)].map((each) => expect(each).rejects.toBe(reason));
  const last = take("c");
  over.abort(reason);
  await Promise.all(waiting);
  await expect(take("d", over.signal)).rejects.toBe(reason);
  await freeFirst();
  await last;
  expect(taken).toEqual(["a", "c"]);
});
