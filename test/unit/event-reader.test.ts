import { expect, it } from "vitest";
import { readEvents } from "../../lib/jobs/event-reader.ts";
import type { EventLog, EventPageRequest } from "../../lib/ports/event-log.ts";
import { eventOf } from "../ports/sample-events.ts";

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
