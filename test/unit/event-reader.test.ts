import { expect, it } from "vitest";
import { cursorGone } from "../../lib/jobs/event-cursor.ts";
import { readEvents } from "../../lib/jobs/event-reader.ts";
import type { EventLog, EventPageRequest } from "../../lib/ports/event-log.ts";
import { eventOf } from "../ports/sample-events.ts";
import { manualClock } from "../support/manual-clock.ts";

/** A log of so many events, each with a text of so many characters. */
function logOf(count: number, characters: number) {
  const text = "x".repeat(characters);
  const limits: number[] = [];
  const log: Pick<EventLog, "read" | "lastSequence" | "subscribe"> = {
    async read({ after, limit }: EventPageRequest) {
      limits.push(limit);
      return Array.from({ length: Math.min(limit, count - after) }, (_, n) => {
        return { sequence: after + 1 + n, event: { ...eventOf("a", after + 1 + n), data: { text } } };
      });
    },
    lastSequence: async () => count,
    subscribe: () => () => {},
  };
  return { log: log as EventLog, limits };
}

it("reads a page of small events in two steps, and a short one in one", async () => {
  const { log, limits } = logOf(2000, 10);
  expect((await readEvents(log, { after: 5, limit: 1000 }, 0)).items.map(({ sequence }) => sequence)).toEqual(
    Array.from({ length: 1000 }, (_, n) => 6 + n),
  );
  expect((await readEvents(log, { after: 0, limit: 100 }, 0)).items).toHaveLength(100);
  expect(limits).toEqual([128, 872, 100]);
});

it("ends a page of large events early, and the next one goes on from there", async () => {
  const { log } = logOf(400, 250_000);
  const { items, next } = await readEvents(log, { after: 0, limit: 1000 }, 0);
  expect(items).toHaveLength(128);
  expect(next).toBe(128);
  expect((await readEvents(log, { after: next, limit: 1000 }, 0)).items[0]).toMatchObject({ sequence: 129 });
});

/** A log with events of others, and a reader of the job "mine" that waits at its beginning. */
function waitingReader() {
  const events = Array.from({ length: 3 }, (_, n) => eventOf("other", n));
  const hidden = new Set<number>();
  const listeners = new Set<() => void>();
  const reads: [after: number, limit: number][] = [];
  const log: Pick<EventLog, "read" | "lastSequence" | "subscribe"> = {
    async read({ after, limit, jobId }) {
      reads.push([after, limit]);
      if (after > events.length) throw cursorGone(after, events.length);
      const logged = events.map((event, n) => ({ sequence: n + 1, event }));
      const isWanted = ({ sequence, event }: (typeof logged)[number]) =>
        sequence > after && event.subject.startsWith(`jobs/${jobId}/`) && !hidden.has(sequence);
      return logged.filter(isWanted).slice(0, limit);
    },
    lastSequence: async () => events.length,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
  const clock = manualClock();
  const page = readEvents(log as EventLog, { after: 0, limit: 100, jobId: "mine" }, 1_000, clock);
  /** Resolves once the reader has seen the event and waits for the next. */
  const append = async (jobId: string) => {
    events.push(eventOf(jobId, events.length));
    const before = reads.length;
    for (const listener of [...listeners]) listener();
    await expect.poll(() => reads.length).toBeGreaterThan(before);
  };
  return { page, reads, append, hidden, clock, events };
}

it("looks only for events after those that it has seen while it waits, and then reads from its position", async () => {
  const { page, reads, append } = waitingReader();
  await expect.poll(() => reads).toEqual([[0, 100]]);
  await append("other");
  await append("other");
  await append("mine");
  const { items, next } = await page;
  expect(items.map(({ sequence }) => sequence)).toEqual([6]);
  expect(next).toBe(6);
  expect(reads).toEqual([
    [0, 100],
    [3, 1],
    [4, 1],
    [5, 1],
    [0, 100],
  ]);
});

it("misses no event that the log did not have yet when it told its end", async () => {
  const late = waitingReader();
  late.hidden.add(4);
  await late.append("mine");
  late.hidden.clear();
  await late.append("mine");
  expect((await late.page).items.map(({ sequence }) => sequence)).toEqual([4, 5]);

  const last = waitingReader();
  last.hidden.add(4);
  await last.append("mine");
  last.hidden.clear();
  last.clock.advance(1_000);
  expect((await last.page).items.map(({ sequence }) => sequence)).toEqual([4]);
});

it("goes on from a position that a restored log still has, also if the log ends earlier than before", async () => {
  const { page, reads, append, events } = waitingReader();
  await expect.poll(() => reads.length).toBe(1);
  events.length = 0;
  await append("mine");
  expect((await page).items.map(({ sequence }) => sequence)).toEqual([1]);
});
