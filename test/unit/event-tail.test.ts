import { expect, test } from "vitest";
import { EventTail, type ReadEvents, type SizedEvent } from "../../lib/backends/jetstream/event-tail.ts";
import { eventOf } from "../ports/sample-events.ts";

const upTo = (last: number) => ({ first: 1, last });
const sizedOf = (sequence: number, owner?: string): SizedEvent => ({
  sequence,
  event: { ...eventOf("a", sequence), ...(owner && { owner }) },
  bytes: 9,
});
const readOf = (events: readonly SizedEvent[]): ReadEvents => ({ events, upTo: events.at(-1)?.sequence ?? 0 });
const sequencesOf = (page: readonly { readonly sequence: number }[] | undefined) =>
  page?.map(({ sequence }) => sequence);

test("events of an owner who is erased while they are being read are not kept", async () => {
  const reading = Promise.withResolvers<ReadEvents>();
  const tail = new EventTail(() => reading.promise);
  const first = tail.page({ after: 0, limit: 9 }, upTo(2));
  tail.forget("erased", 1);
  reading.resolve(readOf([sizedOf(1, "erased"), sizedOf(2)]));
  await first;
  expect(sequencesOf(await tail.page({ after: 0, limit: 9 }, upTo(2)))).toEqual([2]);
});

test("nor are those that a server still has when they are read after it, unlike later ones of that owner", async () => {
  const tail = new EventTail(async () => readOf([sizedOf(1, "erased"), sizedOf(2, "other"), sizedOf(4, "erased")]));
  tail.forget("erased", 3);
  expect(sequencesOf(await tail.page({ after: 0, limit: 9 }, upTo(4)))).toEqual([2, 4]);
});

test("a log that begins anew has other events at the sequences of those that were erased", async () => {
  const logs = [[sizedOf(1), sizedOf(2)], [sizedOf(1, "erased")]];
  const tail = new EventTail(async () => readOf(logs.shift() ?? []));
  await tail.page({ after: 0, limit: 9 }, upTo(2));
  tail.forget("erased", 2);
  tail.endAt(0);
  expect(sequencesOf(await tail.page({ after: 0, limit: 9 }, upTo(1)))).toEqual([1]);
});

test("events that were swept are not on a page, whether they were read before or a server still has them", async () => {
  const tail = new EventTail(async (from, limit) => readOf(Array.from({ length: limit }, (_, n) => sizedOf(from + n))));
  expect(sequencesOf(await tail.page({ after: 0, limit: 9 }, { first: 2, last: 3 }))).toEqual([2, 3]);
  expect(sequencesOf(await tail.page({ after: 0, limit: 1 }, { first: 3, last: 4 }))).toEqual([3]);
});

test("large events take no more memory than many small ones", async () => {
  const bytes = 2 ** 18;
  const read = async (from: number, limit: number) =>
    readOf(Array.from({ length: limit }, (_, n) => ({ sequence: from + n, event: eventOf("a", from + n), bytes })));
  const tail = new EventTail(read);
  expect(await tail.page({ after: 0, limit: 500 }, upTo(400))).toBeUndefined();
  expect(await tail.page({ after: 400 - 65, limit: 500 }, upTo(400))).toBeUndefined();
  expect(await tail.page({ after: 400 - 64, limit: 500 }, upTo(400))).toHaveLength(64);
});

test("what is being read when the tail is emptied is read again", async () => {
  const erased = { sequence: 1, event: eventOf("a", 1), bytes: 9 };
  const kept = { sequence: 2, event: eventOf("b", 2), bytes: 9 };
  const reading = Promise.withResolvers<ReadEvents>();
  const answers = [reading.promise, Promise.resolve(readOf([kept]))];
  const tail = new EventTail(() => answers.shift() ?? Promise.resolve(readOf([])));
  const page = tail.page({ after: 0, limit: 9 }, upTo(2));
  tail.empty();
  reading.resolve(readOf([erased, kept]));
  expect(await page).toEqual([{ sequence: 2, event: kept.event }]);
});
