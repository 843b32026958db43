import { expect, test } from "vitest";
import { EventTail, type SizedEvent } from "../../lib/backends/jetstream/event-tail.ts";
import { eventOf } from "../ports/sample-events.ts";

test("events of an owner who is erased while they are being read are not kept", async () => {
  const [mine, others] = [{ ...eventOf("a", 1), owner: "erased" }, eventOf("b", 2)];
  const reading = Promise.withResolvers<SizedEvent[]>();
  const tail = new EventTail(() => reading.promise);
  const first = tail.page({ after: 0, limit: 9 }, 2);
  tail.forget("erased");
  reading.resolve([
    { sequence: 1, event: mine, bytes: 9 },
    { sequence: 2, event: others, bytes: 9 },
  ]);
  await first;
  expect(await tail.page({ after: 0, limit: 9 }, 2)).toEqual([{ sequence: 2, event: others }]);
});

test("large events take no more memory than many small ones", async () => {
  const bytes = 2 ** 18;
  const read = async (from: number, limit: number): Promise<SizedEvent[]> =>
    Array.from({ length: limit }, (_, n) => ({ sequence: from + n, event: eventOf("a", from + n), bytes }));
  const tail = new EventTail(read);
  expect(await tail.page({ after: 0, limit: 500 }, 400)).toBeUndefined();
  expect(await tail.page({ after: 400 - 65, limit: 500 }, 400)).toBeUndefined();
  expect(await tail.page({ after: 400 - 64, limit: 500 }, 400)).toHaveLength(64);
});

test("what is being read when the tail is emptied is read again", async () => {
  const erased = { sequence: 1, event: eventOf("a", 1), bytes: 9 };
  const kept = { sequence: 2, event: eventOf("b", 2), bytes: 9 };
  const reading = Promise.withResolvers<SizedEvent[]>();
  const answers = [reading.promise, Promise.resolve([kept])];
  const tail = new EventTail(() => answers.shift() ?? Promise.resolve([]));
  const page = tail.page({ after: 0, limit: 9 }, 2);
  tail.empty();
  reading.resolve([erased, kept]);
  expect(await page).toEqual([{ sequence: 2, event: kept.event }]);
});
