import { expect, test } from "vitest";
import { Slots } from "../../lib/webhooks/slots.ts";

const origins = (count: number) => Array.from({ length: count }, (_, n) => `https://receiver${n}.example`);

/** Takes slots for the origins in turns, as long as there are some for them. */
function fill(slots: Slots, wanting: readonly string[]) {
  const frees: ((wasSlow: boolean) => void)[] = [];
  for (;;) {
    const free = wanting.filter((origin) => !slots.areFull && !slots.busyOrigins.includes(origin));
    if (free[0] === undefined) return frees;
    frees.push(slots.take(free[0]));
  }
}

test("one origin gets no more than its limit", () => {
  const slots = new Slots({ concurrency: 16, concurrencyPerOrigin: 4 });
  expect(fill(slots, origins(1))).toHaveLength(4);
  expect(slots.busyOrigins).toEqual(origins(1));
});

test("several leave half of the slots to others, and each of the others gets one", () => {
  const slots = new Slots({ concurrency: 16, concurrencyPerOrigin: 4 });
  expect(fill(slots, origins(4))).toHaveLength(4 + 4 + 1 + 1);
  const others = origins(9).slice(4);
  expect(fill(slots, others)).toHaveLength(5);
  expect(slots.busyOrigins).toEqual(origins(9));
});

test("origins that were slow together get half of the slots, however many they are, until they are quick again", () => {
  const slots = new Slots({ concurrency: 16, concurrencyPerOrigin: 4 });
  const slow = origins(2_000);
  for (const origin of slow) slots.take(origin)(true);
  const frees = fill(slots, slow.slice(-900));
  expect(frees).toHaveLength(8);
  expect(slots.busyOrigins).not.toContain("https://other.example");
  const remaining = fill(slots, ["https://other.example", "https://third.example"]);
  expect(remaining).toHaveLength(2);
  for (const free of [...frees, ...remaining]) free(false);
  expect(fill(slots, slow.slice(-900, -900 + 2))).toHaveLength(8);
});

test("with few slots, the first attempts at origins take all of them, and further ones the half", () => {
  const slots = new Slots({ concurrency: 4, concurrencyPerOrigin: 4 });
  expect(fill(slots, origins(1))).toHaveLength(2);
  fill(slots, origins(3).slice(1));
  expect(slots.areFull).toBe(true);
});

test("an origin that was quick again is slow no more, and of many slow ones the earliest are forgotten", () => {
  const slots = new Slots({ concurrency: 2, concurrencyPerOrigin: 2 });
  const [quick = "", ...slow] = origins(1_002);
  for (const origin of [quick, ...slow.slice(0, 2)]) slots.take(origin)(true);
  slots.take(quick)(false);
  slots.take(slow[1] as string);
  expect(slots.busyOrigins).toEqual([slow[1], slow[0]]);
  // The last of the remembered is remembered instead of the first.
  for (const origin of slow.slice(2)) slots.take(origin)(true);
  expect(slots.busyOrigins).toHaveLength(1_000);
  expect(slots.busyOrigins).not.toContain(slow[0]);
});
