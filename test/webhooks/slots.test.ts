import { isDeepStrictEqual } from "node:util";
import { expect, test } from "vitest";
import type { Receiver } from "../../lib/ports/webhook-store.ts";
import { Slots } from "../../lib/webhooks/slots.ts";

const origins = (count: number) => Array.from({ length: count }, (_, n) => `https://receiver${n}.example`);
const receivers = (count: number, owner = ""): Receiver[] => origins(count).map((origin) => ({ owner, origin }));
/** Receivers of an owner that nobody else has. */
const ownReceivers = (owner: string, count: number): Receiver[] =>
  Array.from({ length: count }, (_, n) => ({ owner, origin: `https://${owner}${n}.example` }));

/** Takes slots for the receivers in turns, as long as there are some for them. */
function fill(slots: Slots, wanting: readonly Receiver[]) {
  const frees: ((wasSlow: boolean) => void)[] = [];
  for (;;) {
    const { owners, origins, receivers } = slots.busy;
    const isBusy = (receiver: Receiver) => receivers.some((busy) => isDeepStrictEqual(busy, receiver));
    const isFree = (receiver: Receiver) => !owners.includes(receiver.owner) && !origins.includes(receiver.origin);
    const free = wanting.find((receiver) => isFree(receiver) && !isBusy(receiver));
    if (slots.areFull || !free) return frees;
    frees.push(slots.take(free));
  }
}

test("one origin gets no more than its limit, also if several owners have it", () => {
  const slots = new Slots({ concurrency: 32, concurrencyPerOrigin: 4 });
  expect(fill(slots, [...receivers(1, "a"), ...receivers(1, "b")])).toHaveLength(4);
  expect(slots.busy).toEqual({ owners: [], origins: origins(1), receivers: [] });
});

test("several origins leave half of their owner's slots to its other origins, and each of these gets one", () => {
  const slots = new Slots({ concurrency: 32, concurrencyPerOrigin: 4 });
  expect(fill(slots, receivers(4))).toHaveLength(4 + 4 + 1 + 1);
  const others = receivers(9).slice(4);
  expect(fill(slots, others)).toHaveLength(5);
  expect(slots.busy).toMatchObject({ owners: [], origins: origins(2) });
  expect(fill(slots, receivers(9))).toEqual([]);
});

test("origins that were slow together get half of their owner's slots until they are quick again", () => {
  const slots = new Slots({ concurrency: 32, concurrencyPerOrigin: 4 });
  const slow = receivers(2_000);
  for (const receiver of slow) slots.take(receiver)(true);
  const frees = fill(slots, slow.slice(-900));
  expect(frees).toHaveLength(8);
  const others = ["https://other.example", "https://third.example"].map((origin) => ({ owner: "", origin }));
  const remaining = fill(slots, others);
  expect(remaining).toHaveLength(2);
  for (const free of [...frees, ...remaining]) free(false);
  expect(fill(slots, slow.slice(-900, -900 + 2))).toHaveLength(8);
});

test("one owner alone gets half of the slots, and of several each leaves some to another", () => {
  const slots = new Slots({ concurrency: 32, concurrencyPerOrigin: 4 });
  const ofA = fill(slots, ownReceivers("a", 99));
  expect(ofA).toHaveLength(16);
  expect(slots.busy.owners).toEqual(["a"]);
  expect(fill(slots, ownReceivers("b", 99))).toHaveLength(8);
  expect(slots.busy.owners).toEqual(["a", "b"]);
  expect(fill(slots, ownReceivers("", 99))).toHaveLength(4);
  expect(slots.areFull).toBe(false);
  for (const free of ofA) free(false);
  expect(slots.busy.owners).toEqual([]);
  expect(fill(slots, ownReceivers("b", 99))).toHaveLength(6);
});

test("what one owner's receivers take does not limit those of another", () => {
  const slots = new Slots({ concurrency: 32, concurrencyPerOrigin: 4 });
  for (const receiver of ownReceivers("a", 99)) slots.take(receiver)(true);
  expect(fill(slots, ownReceivers("a", 99))).toHaveLength(8);
  const [one, other, ...rest] = ownReceivers("b", 9) as [Receiver, Receiver, ...Receiver[]];
  slots.take(one)(true);
  expect(fill(slots, [one])).toHaveLength(4);
  expect(fill(slots, [other])).toHaveLength(4);
  expect(fill(slots, rest)).toHaveLength(4);
});

test("an owner's webhooks to a receiver do not wait because it was slow for another", () => {
  const slots = new Slots({ concurrency: 32, concurrencyPerOrigin: 4 });
  const [shared, ...others] = receivers(99, "a") as [Receiver, ...Receiver[]];
  for (const receiver of [shared, ...others]) slots.take(receiver)(true);
  expect(fill(slots, others)).toHaveLength(8);
  expect(fill(slots, [shared])).toEqual([]);
  expect(fill(slots, [{ ...shared, owner: "b" }])).toHaveLength(4);
});

test("with few slots, the first attempts at origins take all of their owner's, and further ones half of them", () => {
  const slots = new Slots({ concurrency: 8, concurrencyPerOrigin: 4 });
  expect(fill(slots, receivers(1))).toHaveLength(2);
  expect(fill(slots, receivers(9).slice(1))).toHaveLength(2);
  fill(slots, [...receivers(4, "a"), ...ownReceivers("b", 9), ...ownReceivers("c", 9)]);
  expect(slots.areFull).toBe(true);
});

test("a single slot is given to any owner", () => {
  const slots = new Slots({ concurrency: 1, concurrencyPerOrigin: 1 });
  for (const receiver of receivers(2)) {
    const [free] = fill(slots, [receiver]);
    expect(slots.areFull).toBe(true);
    free?.(false);
  }
});

test("an origin that was quick again is slow no more, and of many slow ones the earliest are forgotten", () => {
  const slots = new Slots({ concurrency: 4, concurrencyPerOrigin: 2 });
  const [quick, ...slow] = receivers(1_002) as [Receiver, ...Receiver[]];
  for (const receiver of [quick, ...slow.slice(0, 2)]) slots.take(receiver)(true);
  slots.take(quick)(false);
  slots.take(slow[1] as Receiver);
  const busy = () => [...new Set(slots.busy.receivers.map(({ origin }) => origin))];
  expect(busy()).toEqual([slow[1]?.origin, slow[0]?.origin]);
  // The last of the remembered is remembered instead of the first.
  for (const receiver of slow.slice(2)) slots.take(receiver)(true);
  expect(busy()).toHaveLength(1_000);
  expect(busy()).not.toContain(slow[0]?.origin);
});
