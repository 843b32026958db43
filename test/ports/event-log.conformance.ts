import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { EventLog } from "../../lib/ports/event-log.ts";
import type { Opened } from "./opened.ts";
import { eventOf as eventAt } from "./sample-events.ts";
import { now } from "./sample-jobs.ts";

const eventOf = (jobId: string, n: number) => eventAt(jobId, n, now);

export function eventLogConformance(name: string, open: () => Promise<Opened<EventLog>>): void {
  describe(`EventLog: ${name}`, () => {
    let opened: Opened<EventLog>;
    let log: EventLog;
    beforeEach(async () => {
      opened = await open();
      log = opened.port;
    });
    afterEach(() => opened.close());

    test("numbers events from 1 without gaps, in the order of appending", async () => {
      await log.append([eventOf("a", 0), eventOf("a", 1)]);
      await log.append([eventOf("b", 0)]);
      expect(await readAll(log)).toEqual([
        { sequence: 1, event: eventOf("a", 0) },
        { sequence: 2, event: eventOf("a", 1) },
        { sequence: 3, event: eventOf("b", 0) },
      ]);
      expect(await log.lastSequence()).toBe(3);
    });

    test("takes an event once, and a known one leaves no gap", async () => {
      await log.append([eventOf("a", 0), eventOf("a", 1)]);
      await log.append([eventOf("a", 1), eventOf("a", 0), eventOf("a", 2), eventOf("a", 2)]);
      await log.append([eventOf("a", 3)]);
      expect((await readAll(log)).map(({ sequence, event }) => [sequence, event.id])).toEqual([
        [1, "a.0"],
        [2, "a.1"],
        [3, "a.2"],
        [4, "a.3"],
      ]);
    });

    test("tells what it appended where, each event once", async () => {
      const [first, second, third] = [eventOf("a", 0), eventOf("a", 1), eventOf("a", 2)];
      expect(await log.append([first, second])).toEqual([{ after: 0, events: [first, second] }]);
      expect(await log.append([second, third, first])).toEqual([{ after: 2, events: [third] }]);
      expect(await log.append([third])).toEqual([]);
      expect(await log.append([])).toEqual([]);
      const many = Array.from({ length: 700 }, (_, n) => eventOf(`job${n}`, 0));
      const told = await Promise.all([log.append(many), log.append(many), log.append([eventOf("b", 0)])]);
      const places = told.flat().flatMap(({ after, events }) => events.map((event, n) => [after + n + 1, event.id]));
      const read = (await log.read({ after: 3, limit: 1_000 })).map(({ sequence, event }) => [sequence, event.id]);
      expect(places.sort(([a], [b]) => Number(a) - Number(b))).toEqual(read);
      expect(read).toHaveLength(701);
    });

    test("keeps numbers whole when many append at once", async () => {
      const appends = Array.from({ length: 50 }, (_, n) => log.append([eventOf(`job${n}`, 0), eventOf(`job${n}`, 1)]));
      await Promise.all(appends);
      const events = await readAll(log);
      expect(events.map(({ sequence }) => sequence)).toEqual(Array.from({ length: 100 }, (_, n) => n + 1));
      expect(new Set(events.map(({ event }) => event.id)).size).toBe(100);
    });

    test("is read in pages, from any point, of one job", async () => {
      for (let n = 0; n < 6; n++) await log.append([eventOf(n % 2 ? "odd" : "even", n)]);
      expect((await log.read({ after: 2, limit: 2 })).map(({ sequence }) => sequence)).toEqual([3, 4]);
      expect((await log.read({ after: 1, limit: 9, jobId: "odd" })).map(({ sequence }) => sequence)).toEqual([2, 4, 6]);
      expect((await log.read({ after: 2, limit: 1, jobId: "odd" })).map(({ sequence }) => sequence)).toEqual([4]);
      expect(await log.read({ after: 6, limit: 9 })).toEqual([]);
      for (const jobId of ["none", "*", ">", "odd.*"])
        expect(await log.read({ after: 0, limit: 9, jobId }), jobId).toEqual([]);
    });

    test("is read for an owner, or for nobody's, in pages that miss nothing", async () => {
      const owners = ["x", undefined, "y", "x", undefined, "x"];
      for (const [n, owner] of owners.entries()) await log.append([{ ...eventOf("a", n), ...(owner && { owner }) }]);
      const sequences = async (owner: string | null, after = 0, limit = 9) =>
        (await log.read({ after, limit, owner })).map(({ sequence }) => sequence);
      expect(await sequences("x")).toEqual([1, 4, 6]);
      expect(await sequences("x", 0, 2)).toEqual([1, 4]);
      expect(await sequences("x", 4, 2)).toEqual([6]);
      expect(await sequences(null)).toEqual([2, 5]);
      expect(await sequences("z")).toEqual([]);
      expect(await log.read({ after: 0, limit: 9, jobId: "a", owner: "y" })).toHaveLength(1);
      expect(await log.read({ after: 0, limit: 9 })).toHaveLength(6);
    });

    test("forgets an owner's events; their sequences are nobody else's", async () => {
      const ofOwner = (n: number) => ({ ...eventOf("a", n), owner: "x", data: { secret: true } });
      await log.append([ofOwner(0), eventOf("b", 0), ofOwner(1)]);
      await log.erase(["x"]);
      const left = await log.read({ after: 0, limit: 9, owner: "x" });
      expect(left.map(({ event }) => event.data)).toEqual(left.map(() => ({})));
      expect(left.length).toBeLessThanOrEqual(1);
      await log.append([eventOf("b", 1)]);
      const others = await log.read({ after: 0, limit: 9, owner: null });
      expect(others.map(({ event }) => event.id)).toEqual(["b.0", "b.1"]);
      expect(others[0]?.sequence).toBe(2);
      expect(others[1]?.sequence).toBeGreaterThan(3);
      expect(await log.lastSequence()).toBe(others[1]?.sequence);
      await log.erase(["x"]);
      expect(await log.read({ after: 0, limit: 9, owner: "x" })).toEqual([]);
    });

    test("forgets the events of many owners, and then ends one sequence later", async () => {
      const owned = ["x", "y", "z", "x"].map((owner, n) => ({ ...eventOf("a", n), owner }));
      await log.append([...owned, eventOf("b", 0)]);
      const end = await log.lastSequence();
      await log.erase(["x", "z", "nobody"]);
      expect(await log.lastSequence()).toBe(end + 1);
      const left = await log.read({ after: 0, limit: 9 });
      expect(left.map(({ event }) => event.id)).toEqual(["a.1", "b.0"]);
      expect(await log.append([eventOf("b", 1)], end)).toBeUndefined();
      await log.erase([]);
      expect(await log.append([eventOf("b", 1)], end + 1)).toHaveLength(1);
    });

    test("appends where the log is said to end, and nowhere else", async () => {
      const [first, second, third] = [eventOf("a", 0), eventOf("a", 1), eventOf("a", 2)];
      expect(await log.append([first], 1)).toBeUndefined();
      expect(await log.append([first], 0)).toEqual([{ after: 0, events: [first] }]);
      expect(await log.append([second], 0)).toBeUndefined();
      log = await opened.reopen();
      expect(await log.append([first, second], 1)).toEqual([{ after: 1, events: [second] }]);
      expect(await log.append([third], 1)).toBeUndefined();
      expect(await log.append([third], await log.lastSequence())).toEqual([{ after: 2, events: [third] }]);
      expect((await log.read({ after: 0, limit: 9 })).map(({ event }) => event)).toEqual([first, second, third]);
    });

    test("does not append what was erased since it was read", async () => {
      const ofOwner = { ...eventOf("a", 0), owner: "x" };
      const end = await log.lastSequence();
      await log.append([ofOwner], end);
      const again = await log.lastSequence();
      await log.erase(["x"]);
      for (const stale of [end, again]) expect(await log.append([ofOwner], stale)).toBeUndefined();
      log = await opened.reopen();
      for (const stale of [end, again]) expect(await log.append([ofOwner], stale)).toBeUndefined();
      expect(await log.countOf("x")).toBe(0);
    });

    test("refuses a position behind its end, and not the end itself", async () => {
      const gone = { type: "CURSOR_GONE", code: 410 };
      await expect(log.read({ after: 1, limit: 9 })).rejects.toMatchObject({ ...gone, data: { lastSequence: 0 } });
      await log.append([eventOf("a", 0), eventOf("a", 1)]);
      expect(await log.read({ after: 2, limit: 9 })).toEqual([]);
      for (const request of [
        { after: 3 },
        { after: 99, jobId: "a" },
        { after: 3, owner: null },
        { after: 3, owner: "x" },
      ])
        await expect(log.read({ ...request, limit: 9 })).rejects.toMatchObject({ ...gone, data: { lastSequence: 2 } });
      while ((await log.sweep("2100-01-01T00:00:00.000Z")) > 0);
      expect(await log.read({ after: 2, limit: 9 })).toEqual([]);
    });

    test("is empty at first", async () => {
      expect(await log.lastSequence()).toBe(0);
      expect(await log.read({ after: 0, limit: 1 })).toEqual([]);
    });

    test("wakes listeners after events can be read, until they stop", async () => {
      const seen: Promise<number>[] = [];
      const stop = log.subscribe(() => seen.push(log.lastSequence()));
      await log.append([eventOf("a", 0)]);
      await expect.poll(() => seen.length).toBeGreaterThan(0);
      expect(await seen[0]).toBe(1);
      stop();
      const calls = seen.length;
      const other = vi.fn();
      const stopOther = log.subscribe(other);
      await log.append([eventOf("a", 1)]);
      await expect.poll(() => other).toHaveBeenCalled();
      stopOther();
      expect(seen.length).toBe(calls);
    });

    test("goes on counting after a sweep of everything", async () => {
      await log.append([eventOf("a", 0), eventOf("a", 1), eventOf("a", 2)]);
      while ((await log.sweep("2100-01-01T00:00:00.000Z")) > 0);
      expect((await readAll(log)).length).toBeLessThanOrEqual(1);
      expect(await log.lastSequence()).toBe(3);
      await log.append([eventOf("a", 3)]);
      expect((await readAll(log)).at(-1)).toEqual({ sequence: 4, event: eventOf("a", 3) });
    });

    test("is read at once after it was appended, also while others ask for its end", async () => {
      let isOver = false;
      const asking = (async () => {
        for (; !isOver; await nextTurn()) await Promise.race([log.lastSequence(), nextTurn()]);
      })();
      try {
        for (let n = 0; n < 100; n++) {
          await log.append([eventOf("a", n)]);
          expect(await log.read({ after: n, limit: 10 })).toEqual([{ sequence: n + 1, event: eventOf("a", n) }]);
        }
      } finally {
        isOver = true;
        await asking;
      }
    });

    test("sweeps only what is older", async () => {
      await log.append([
        { ...eventOf("a", 0), time: "2100-01-01T00:00:00.000Z" },
        { ...eventOf("a", 1), time: "2100-01-03T00:00:00.000Z" },
      ]);
      await log.sweep("2100-01-02T00:00:00.000Z");
      expect((await readAll(log)).map(({ sequence }) => sequence)).toEqual([2]);
    });

    test("keeps its events and ids when it is opened again", async () => {
      await log.append([eventOf("a", 0)]);
      log = await opened.reopen();
      await log.append([eventOf("a", 0), eventOf("a", 1)]);
      expect((await readAll(log)).map(({ sequence, event }) => [sequence, event.id])).toEqual([
        [1, "a.0"],
        [2, "a.1"],
      ]);
    });
  });
}

function readAll(log: EventLog) {
  return log.read({ after: 0, limit: 1000 });
}
