import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Busy, NewWebhook, WebhookStore } from "../../lib/ports/webhook-store.ts";
import { jobEvent } from "../support/job-events.ts";

interface Opened {
  readonly port: WebhookStore;
  reopen(): Promise<WebhookStore>;
  close(): Promise<void>;
}

/** Times that are a second apart. */
const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

/** The job of each webhook that a test made, by sequence. */
const jobIds = new Map<number, string>();
const of = (sequence: number) => ({ sequence, jobId: jobIds.get(sequence) ?? "" });

function webhook(sequence: number, jobId: string, url = `https://${jobId}.example/hook`): NewWebhook {
  jobIds.set(sequence, jobId);
  return { sequence, jobId, url, event: jobEvent(jobId, "queued", sequence) };
}

export function webhookStoreConformance(name: string, open: () => Promise<Opened>): void {
  describe(`WebhookStore: ${name}`, () => {
    let opened: Opened;
    let store: WebhookStore;
    beforeEach(async () => {
      opened = await open();
      store = opened.port;
    });
    afterEach(() => opened.close());

    const add = async (webhooks: NewWebhook[], second = 0, deletedJobIds: string[] = []) => {
      const page = { after: await store.position(), cursor: webhooks.at(-1)?.sequence ?? 0, webhooks, deletedJobIds };
      expect(await store.advance(page, at(second))).toEqual({ ...page.after, sequence: page.cursor });
    };
    const cursor = async () => (await store.position()).sequence;
    const due = async (second: number, busy: Partial<Busy> = {}) => (await store.nextDue(at(second), busy))?.sequence;
    const failed = async () =>
      (await store.listFailed({ limit: 99 })).map(({ sequence, attempts, reason }) => [sequence, attempts, reason]);

    test("is empty at first", async () => {
      expect(await cursor()).toBe(0);
      expect(await due(99)).toBeUndefined();
      expect(await store.nextDueAfter(at(0))).toBeUndefined();
      expect(await store.listFailed({ limit: 9 })).toEqual([]);
    });

    test("keeps cursor, webhooks and failures when it is opened again", async () => {
      await add([webhook(3, "a"), webhook(5, "b")], 1);
      await store.advance({ after: await store.position(), cursor: 9, webhooks: [], deletedJobIds: [] }, at(2));
      await store.postpone(of(3), at(7));
      await store.giveUp(of(5), "HTTP status 404", at(3));
      store = await opened.reopen();
      expect(await cursor()).toBe(9);
      expect(await store.nextDue(at(7))).toEqual({ ...webhook(3, "a"), attempts: 1, storedAt: at(1) });
      expect(await store.listFailed({ limit: 9 })).toEqual([
        { ...webhook(5, "b"), attempts: 1, storedAt: at(1), failedAt: at(3), reason: "HTTP status 404" },
      ]);
    });

    test("takes a webhook once", async () => {
      await add([webhook(1, "a"), webhook(2, "a")]);
      await store.postpone(of(1), at(5));
      await add([webhook(1, "a"), webhook(2, "a")]);
      expect(await due(4)).toBeUndefined();
      expect(await store.nextDue(at(5))).toMatchObject({ sequence: 1, attempts: 1 });
    });

    test("stores all of a page or nothing", async () => {
      const broken = { ...webhook(2, "b"), url: "no URL" };
      await expect(add([webhook(1, "a"), broken])).rejects.toThrow();
      expect(await cursor()).toBe(0);
      expect(await due(99)).toBeUndefined();
    });

    test("has only the first of a job's line due", async () => {
      await add([webhook(1, "a"), webhook(2, "b"), webhook(3, "a")]);
      await add([webhook(4, "a")], 1);
      expect(await due(9)).toBe(1);
      expect(await due(9, { jobIds: ["a"] })).toBe(2);
      expect(await due(9, { jobIds: ["a", "b"] })).toBeUndefined();
      await store.remove(of(2), at(2));
      await store.postpone(of(1), at(8));
      expect(await due(7)).toBeUndefined();
      expect(await due(8)).toBe(1);
      await store.remove(of(1), at(8));
      expect(await due(8)).toBe(3);
      await store.giveUp(of(3), "HTTP status 500", at(9));
      expect(await due(9)).toBe(4);
    });

    test("gives the one that has been due the longest, leaving busy origins out", async () => {
      const url = "https://shared.example:8443/hook";
      await add([webhook(1, "a", `${url}?1`), webhook(2, "b", `${url}?2`), webhook(3, "c")]);
      await store.postpone(of(1), at(5));
      await store.postpone(of(3), at(4));
      expect(await due(9)).toBe(2);
      expect(await due(9, { jobIds: ["b"] })).toBe(3);
      expect(await due(9, { jobIds: ["b"], origins: ["https://shared.example:8443"] })).toBe(3);
      expect(await due(9, { jobIds: ["b", "c"] })).toBe(1);
      expect(await due(9, { jobIds: ["c"], origins: ["https://shared.example:8443"] })).toBeUndefined();
    });

    test("leaves out those of busy owners, and of nobody", async () => {
      const ofOwner = (sequence: number, jobId: string, owner: string) => {
        const { event, ...rest } = webhook(sequence, jobId);
        return { ...rest, event: { ...event, owner } };
      };
      await add([ofOwner(1, "a", "x"), webhook(2, "b"), ofOwner(3, "c", "y"), ofOwner(4, "d", "x")]);
      expect(await due(9, { owners: ["y"] })).toBe(1);
      expect(await due(9, { owners: ["y"], jobIds: ["a"] })).toBe(2);
      expect(await due(9, { owners: ["x"] })).toBe(2);
      expect(await due(9, { owners: ["x", ""] })).toBe(3);
      expect(await due(9, { owners: ["x"], origins: ["https://b.example"] })).toBe(3);
      expect(await due(9, { owners: ["x", "y", ""] })).toBeUndefined();
      await store.giveUp(of(1), "HTTP status 500", at(1));
      await store.retry({ jobId: "a", eventId: "a.queued.1" }, at(2));
      expect(await due(9, { owners: ["y", ""] })).toBe(4);
      await store.remove(of(4), at(3));
      expect(await due(9, { owners: ["y", ""] })).toBe(1);
    });

    test("leaves out an origin for one owner, and gives what others have for it", async () => {
      const url = "https://shared.example/hook";
      const ofOwner = (sequence: number, jobId: string, owner: string, url?: string) => {
        const { event, ...rest } = webhook(sequence, jobId, url);
        return { ...rest, event: { ...event, owner } };
      };
      const shared = (owner: string) => ({ owner, origin: "https://shared.example" });
      await add([ofOwner(1, "a", "x", url), ofOwner(2, "b", "y", url), webhook(3, "c", url), ofOwner(4, "d", "x")]);
      expect(await due(9, { receivers: [shared("x")] })).toBe(2);
      expect(await due(9, { receivers: [shared("y"), shared("y")] })).toBe(1);
      expect(await due(9, { receivers: [shared("x"), shared("y")] })).toBe(3);
      expect(await due(9, { receivers: [shared("x"), shared("y"), shared("")] })).toBe(4);
      expect(await due(9, { owners: ["x"], receivers: [shared("y"), shared("")] })).toBeUndefined();
    });

    test("tells when the next falls due", async () => {
      await add([webhook(1, "a"), webhook(2, "b"), webhook(3, "b")], 1);
      await store.postpone(of(2), at(6));
      expect(await store.nextDueAfter(at(0))).toBe(at(1));
      expect(await store.nextDueAfter(at(1))).toBe(at(6));
      expect(await store.nextDueAfter(at(6))).toBeUndefined();
    });

    test("makes due now what is due after a time, and only the first of each job", async () => {
      await add([webhook(1, "a"), webhook(2, "b"), webhook(3, "b"), webhook(4, "c")], 1);
      await store.postpone(of(1), at(6));
      await store.postpone(of(2), at(7));
      await store.giveUp(of(4), "HTTP status 404", at(9));
      await store.hasten(at(6), at(2));
      expect([await due(1), await due(2)]).toEqual([undefined, 2]);
      expect(await store.nextDueAfter(at(2))).toBe(at(6));
      await store.remove(of(2), at(3));
      expect([await due(2), await due(3)]).toEqual([undefined, 3]);
      expect(await failed()).toEqual([[4, 1, "HTTP status 404"]]);
    });

    test("takes no page of a reader that does not know how far others have read", async () => {
      const after = await store.position();
      await add([webhook(1, "a"), webhook(2, "a")]);
      for (const sequence of [1, 2]) await store.remove(of(sequence), at(1));
      const late = { after, cursor: 3, webhooks: [1, 2, 3].map((n) => webhook(n, "a")), deletedJobIds: [] };
      expect(await store.advance(late, at(2))).toBeUndefined();
      await store.restart(after);
      expect(await cursor()).toBe(2);
      expect(await due(9)).toBeUndefined();
      const page = { ...late, after: await store.position() };
      const both = await Promise.all([store.advance(page, at(3)), store.advance(page, at(3))]);
      expect(both.filter(Boolean)).toEqual([{ ...after, sequence: 3 }]);
    });

    test("takes no page that was read before webhooks were removed with their job", async () => {
      const after = await store.position();
      await store.removeJobs([]);
      const late = { after, cursor: 1, webhooks: [webhook(1, "a")], deletedJobIds: [] };
      expect(await store.advance(late, at(1))).toBeUndefined();
      expect(await due(9)).toBeUndefined();
      await add([webhook(1, "b")]);
      expect(await due(9)).toBe(1);
    });

    test("stops a job for good, and no other", async () => {
      await add([webhook(1, "a"), webhook(2, "a"), webhook(3, "b")]);
      await store.stopJob("a", "HTTP status 410", at(1));
      await add([webhook(4, "a"), webhook(5, "b")], 2);
      expect(await failed()).toEqual([
        [1, 1, "HTTP status 410"],
        [2, 0, "HTTP status 410"],
      ]);
      expect(await due(9)).toBe(3);
      await store.remove(of(3), at(3));
      expect(await due(9)).toBe(5);
      await store.remove(of(5), at(3));
      expect(await due(9)).toBeUndefined();
    });

    test("removes all webhooks of jobs, and no others", async () => {
      await add([webhook(1, "a"), webhook(2, "a"), webhook(3, "b"), webhook(4, "c")]);
      await store.giveUp(of(1), "HTTP status 500", at(1));
      await store.removeJobs(["a", "c", "unknown"]);
      await store.removeJobs([]);
      expect(await failed()).toEqual([]);
      expect(await due(9)).toBe(3);
      await store.remove(of(3), at(2));
      expect(await due(9)).toBeUndefined();
    });

    test("forgets deleted jobs, and does not mind news of their webhooks", async () => {
      await add([webhook(1, "a"), webhook(2, "a"), webhook(3, "b")]);
      await store.giveUp(of(1), "HTTP status 500", at(1));
      await add([webhook(4, "a")], 1, ["a"]);
      expect(await failed()).toEqual([]);
      await store.remove(of(2), at(2));
      await store.postpone(of(2), at(2));
      await store.giveUp(of(2), "HTTP status 500", at(2));
      await store.stopJob("a", "HTTP status 410", at(2));
      expect(await failed()).toEqual([]);
      expect(await due(9)).toBe(3);
      expect(await due(9, { jobIds: ["b"] })).toBeUndefined();
    });

    test("keeps the mode of a webhook", async () => {
      await add([{ ...webhook(1, "a"), mode: "binary" }, webhook(2, "b")]);
      expect(await store.nextDue(at(1))).toEqual({
        ...webhook(1, "a"),
        mode: "binary",
        attempts: 0,
        storedAt: at(0),
      });
      await store.giveUp(of(1), "HTTP status 500", at(1));
      expect((await store.listFailed({ limit: 9 }))[0]).toMatchObject({ mode: "binary" });
      expect(await store.nextDue(at(1))).not.toHaveProperty("mode");
    });

    test("lists the failures of an owner, or nobody's", async () => {
      const ofOwner = (sequence: number, jobId: string, owner: string) => {
        const { event, ...rest } = webhook(sequence, jobId);
        return { ...rest, event: { ...event, owner } };
      };
      await add([ofOwner(1, "a", "x"), webhook(2, "b"), ofOwner(3, "c", "y"), ofOwner(4, "d", "x")]);
      for (const sequence of [4, 2, 1, 3]) await store.giveUp(of(sequence), "HTTP status 500", at(1));
      const listed = async (owner: string | null | undefined, after = 0) =>
        (await store.listFailed({ limit: 9, after, ...(owner !== undefined && { owner }) })).map(
          ({ sequence }) => sequence,
        );
      expect(await listed("x")).toEqual([1, 4]);
      expect(await listed("x", 1)).toEqual([4]);
      expect(await listed(null)).toEqual([2]);
      expect(await listed("z")).toEqual([]);
      expect(await listed(undefined)).toEqual([1, 2, 3, 4]);
      for (const owner of ["y", null])
        expect(await store.retry({ jobId: "a", eventId: "a.queued.1", owner }, at(2))).toBeUndefined();
      expect(await store.retry({ jobId: "a", eventId: "a.queued.1", owner: "x" }, at(2))).toMatchObject({
        sequence: 1,
      });
      expect(await store.retry({ jobId: "b", eventId: "b.queued.2", owner: null }, at(2))).toMatchObject({
        sequence: 2,
      });
      expect(await listed(undefined)).toEqual([3, 4]);
    });

    test("sends a failure again as if it was new, behind those that wait", async () => {
      await add([webhook(1, "a"), webhook(2, "a"), webhook(3, "a"), webhook(4, "a")]);
      for (const sequence of [1, 2]) await store.giveUp(of(sequence), "HTTP status 500", at(1));
      expect(await store.retry({ jobId: "a", eventId: "a.queued.2" }, at(5))).toEqual({
        ...webhook(2, "a"),
        attempts: 1,
        storedAt: at(0),
        failedAt: at(1),
        reason: "HTTP status 500",
      });
      expect(await store.retry({ jobId: "a", eventId: "a.queued.2" }, at(5))).toBeUndefined();
      expect(await store.retry({ jobId: "a", eventId: "a.queued.1" }, at(6))).toMatchObject({ sequence: 1 });
      await add([webhook(5, "a")], 7);
      const order: number[] = [];
      for (let next = await store.nextDue(at(9)); next; next = await store.nextDue(at(9))) {
        expect(await due(9, { jobIds: ["a"] })).toBeUndefined();
        if (next.sequence === 2) expect(next).toMatchObject({ attempts: 0, storedAt: at(5) });
        order.push(next.sequence);
        await store.remove(next, at(9));
      }
      expect(order).toEqual([3, 4, 2, 1, 5]);
      expect(await failed()).toEqual([]);
    });

    test("is due at once where nothing of its job waits, and can fail again", async () => {
      await add([webhook(1, "a"), webhook(2, "a")]);
      for (const sequence of [1, 2]) await store.giveUp(of(sequence), "HTTP status 500", at(sequence));
      await store.retry({ jobId: "a", eventId: "a.queued.1" }, at(3));
      expect(await due(2)).toBeUndefined();
      expect(await store.nextDue(at(3))).toMatchObject({ sequence: 1, attempts: 0 });
      await store.giveUp(of(1), "HTTP status 503", at(4));
      expect(await failed()).toEqual([
        [1, 1, "HTTP status 503"],
        [2, 1, "HTTP status 500"],
      ]);
      expect((await store.listFailed({ after: 1, limit: 9 })).map(({ sequence }) => sequence)).toEqual([2]);
      expect(await store.sweepFailed(at(3))).toBe(1);
      expect(await failed()).toEqual([[1, 1, "HTTP status 503"]]);
      expect(await store.retry({ jobId: "none", eventId: "none.queued.1" }, at(5))).toBeUndefined();
    });

    test("takes up a stopped job once all of its failures were sent again", async () => {
      await add([webhook(1, "a"), webhook(2, "a")]);
      await store.stopJob("a", "HTTP status 410", at(1));
      await store.retry({ jobId: "a", eventId: "a.queued.1" }, at(2));
      await add([webhook(3, "a")], 3);
      await store.retry({ jobId: "a", eventId: "a.queued.2" }, at(4));
      await add([webhook(4, "a")], 5);
      const order: number[] = [];
      for (let next = await store.nextDue(at(9)); next; next = await store.nextDue(at(9))) {
        order.push(next.sequence);
        await store.remove(next, at(9));
      }
      expect(order).toEqual([1, 2, 4]);
    });

    test("takes up a stopped job although one that was given up before the stop is kept", async () => {
      await add([webhook(1, "a"), webhook(2, "a"), webhook(3, "a")]);
      await store.giveUp(of(1), "HTTP status 500", at(1));
      await store.stopJob("a", "HTTP status 410", at(1));
      await store.retry({ jobId: "a", eventId: "a.queued.1" }, at(2));
      await store.giveUp(of(1), "HTTP status 500", at(2));
      await add([webhook(4, "a")], 3);
      expect(await due(3)).toBeUndefined();
      for (const sequence of [2, 3]) {
        await store.retry({ jobId: "a", eventId: `a.queued.${sequence}` }, at(4));
        expect(await due(4)).toBe(sequence);
        await store.giveUp(of(sequence), "HTTP status 500", at(4));
      }
      await add([webhook(5, "a")], 5);
      expect(await due(5)).toBe(5);
      expect(await failed()).toEqual([1, 2, 3].map((sequence) => [sequence, 1, "HTTP status 500"]));
    });

    test("takes up a stopped job once what the stop gave up is swept", async () => {
      await add([webhook(1, "a")]);
      await store.stopJob("a", "HTTP status 410", at(1));
      await store.retry({ jobId: "a", eventId: "a.queued.1" }, at(2));
      await add([webhook(2, "a")], 2);
      await store.stopJob("a", "HTTP status 410", at(3));
      await store.retry({ jobId: "a", eventId: "a.queued.1" }, at(4));
      await store.giveUp(of(1), "HTTP status 500", at(6));
      expect(await store.sweepFailed(at(5))).toBe(1);
      await add([webhook(3, "a")], 7);
      expect(await due(7)).toBe(3);
      expect(await failed()).toEqual([[1, 1, "HTTP status 500"]]);
    });

    test("a stop that gives up nothing stops nothing", async () => {
      await add([webhook(1, "a")]);
      await store.giveUp(of(1), "HTTP status 500", at(1));
      await store.stopJob("a", "HTTP status 410", at(2));
      await add([webhook(2, "a")], 3);
      expect(await due(3)).toBe(2);
    });

    test("begins a log that was restored again, without what it knows", async () => {
      await add([webhook(5, "a"), webhook(6, "a")]);
      await store.giveUp(of(5), "HTTP status 500", at(1));
      await store.restart(await store.position());
      expect(await cursor()).toBe(0);
      await add([webhook(5, "a"), webhook(6, "a"), webhook(7, "a")], 2);
      expect(await cursor()).toBe(7);
      expect(await failed()).toEqual([[5, 1, "HTTP status 500"]]);
      expect(await due(9)).toBe(6);
      await store.remove(of(6), at(3));
      expect(await due(9)).toBe(7);
      await store.remove(of(7), at(3));
      expect(await due(9)).toBeUndefined();
    });

    test("does not take a webhook for another with the same sequence", async () => {
      await add([webhook(1, "a")]);
      await store.remove({ jobId: "b", sequence: 1 }, at(1));
      await store.giveUp({ jobId: "b", sequence: 1 }, "HTTP status 500", at(1));
      await store.postpone({ jobId: "b", sequence: 1 }, at(9));
      expect(await due(1)).toBe(1);
      expect(await failed()).toEqual([]);
    });

    test("lists failures in pages, and forgets old ones", async () => {
      await add([webhook(1, "a"), webhook(2, "b"), webhook(3, "c"), webhook(4, "d")]);
      for (const sequence of [1, 2, 3]) await store.giveUp(of(sequence), "HTTP status 500", at(sequence));
      const page = await store.listFailed({ after: 1, limit: 1 });
      expect(page.map(({ sequence }) => sequence)).toEqual([2]);
      expect(await store.sweepFailed(at(3))).toBe(2);
      expect(await failed()).toEqual([[3, 1, "HTTP status 500"]]);
      expect(await due(9)).toBe(4);
    });
  });
}
