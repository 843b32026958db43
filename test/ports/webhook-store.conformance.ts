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
const idle: Busy = { jobIds: [], origins: [] };

function webhook(sequence: number, jobId: string, url = `https://${jobId}.example/hook`): NewWebhook {
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

    const add = (webhooks: NewWebhook[], second = 0, deletedJobIds: string[] = []) =>
      store.advance({ cursor: webhooks.at(-1)?.sequence ?? 0, webhooks, deletedJobIds }, at(second));
    const due = async (second: number, busy = idle) => (await store.nextDue(at(second), busy))?.sequence;
    const failed = async () =>
      (await store.listFailed({ limit: 99 })).map(({ sequence, attempts, reason }) => [sequence, attempts, reason]);

    test("is empty at first", async () => {
      expect(await store.cursor()).toBe(0);
      expect(await due(99)).toBeUndefined();
      expect(await store.nextDueAfter(at(0))).toBeUndefined();
      expect(await store.listFailed({ limit: 9 })).toEqual([]);
    });

    test("keeps cursor, webhooks and failures when it is opened again", async () => {
      await add([webhook(3, "a"), webhook(5, "b")], 1);
      await store.advance({ cursor: 9, webhooks: [], deletedJobIds: [] }, at(2));
      await store.postpone(3, "HTTP status 500", at(7));
      await store.giveUp(5, "HTTP status 404", at(3));
      store = await opened.reopen();
      expect(await store.cursor()).toBe(9);
      expect(await store.nextDue(at(7), idle)).toEqual({ ...webhook(3, "a"), attempts: 1, storedAt: at(1) });
      expect(await store.listFailed({ limit: 9 })).toEqual([
        { ...webhook(5, "b"), attempts: 1, storedAt: at(1), failedAt: at(3), reason: "HTTP status 404" },
      ]);
    });

    test("takes a webhook once", async () => {
      await add([webhook(1, "a"), webhook(2, "a")]);
      await store.postpone(1, "HTTP status 500", at(5));
      await add([webhook(1, "a"), webhook(2, "a")]);
      expect(await due(4)).toBeUndefined();
      expect(await store.nextDue(at(5), idle)).toMatchObject({ sequence: 1, attempts: 1 });
    });

    test("stores all of a page or nothing", async () => {
      const broken = { ...webhook(2, "b"), url: "no URL" };
      await expect(add([webhook(1, "a"), broken])).rejects.toThrow();
      expect(await store.cursor()).toBe(0);
      expect(await due(99)).toBeUndefined();
    });

    test("has only the first of a job's line due", async () => {
      await add([webhook(1, "a"), webhook(2, "b"), webhook(3, "a")]);
      await add([webhook(4, "a")], 1);
      expect(await due(9)).toBe(1);
      expect(await due(9, { ...idle, jobIds: ["a"] })).toBe(2);
      expect(await due(9, { ...idle, jobIds: ["a", "b"] })).toBeUndefined();
      await store.remove(2, at(2));
      await store.postpone(1, "HTTP status 500", at(8));
      expect(await due(7)).toBeUndefined();
      expect(await due(8)).toBe(1);
      await store.remove(1, at(8));
      expect(await due(8)).toBe(3);
      await store.giveUp(3, "HTTP status 500", at(9));
      expect(await due(9)).toBe(4);
    });

    test("gives the one that has been due the longest, leaving busy origins out", async () => {
      const url = "https://shared.example:8443/hook";
      await add([webhook(1, "a", `${url}?1`), webhook(2, "b", `${url}?2`), webhook(3, "c")]);
      await store.postpone(1, "HTTP status 500", at(5));
      await store.postpone(3, "HTTP status 500", at(4));
      expect(await due(9)).toBe(2);
      expect(await due(9, { jobIds: ["b"], origins: [] })).toBe(3);
      expect(await due(9, { jobIds: ["b"], origins: ["https://shared.example:8443"] })).toBe(3);
      expect(await due(9, { jobIds: ["b", "c"], origins: [] })).toBe(1);
      expect(await due(9, { jobIds: ["c"], origins: ["https://shared.example:8443"] })).toBeUndefined();
    });

    test("tells when the next falls due", async () => {
      await add([webhook(1, "a"), webhook(2, "b"), webhook(3, "b")], 1);
      await store.postpone(2, "HTTP status 500", at(6));
      expect(await store.nextDueAfter(at(0))).toBe(at(1));
      expect(await store.nextDueAfter(at(1))).toBe(at(6));
      expect(await store.nextDueAfter(at(6))).toBeUndefined();
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
      await store.remove(3, at(3));
      expect(await due(9)).toBe(5);
      await store.remove(5, at(3));
      expect(await due(9)).toBeUndefined();
    });

    test("removes all webhooks of jobs, and no others", async () => {
      await add([webhook(1, "a"), webhook(2, "a"), webhook(3, "b"), webhook(4, "c")]);
      await store.giveUp(1, "HTTP status 500", at(1));
      await store.removeJobs(["a", "c", "unknown"]);
      await store.removeJobs([]);
      expect(await failed()).toEqual([]);
      expect(await due(9)).toBe(3);
      await store.remove(3, at(2));
      expect(await due(9)).toBeUndefined();
    });

    test("forgets deleted jobs, and does not mind news of their webhooks", async () => {
      await add([webhook(1, "a"), webhook(2, "a"), webhook(3, "b")]);
      await store.giveUp(1, "HTTP status 500", at(1));
      await add([webhook(4, "a")], 1, ["a"]);
      expect(await failed()).toEqual([]);
      await store.remove(2, at(2));
      await store.postpone(2, "HTTP status 500", at(2));
      await store.giveUp(2, "HTTP status 500", at(2));
      await store.stopJob("a", "HTTP status 410", at(2));
      expect(await failed()).toEqual([]);
      expect(await due(9)).toBe(3);
      expect(await due(9, { ...idle, jobIds: ["b"] })).toBeUndefined();
    });

    test("lists failures in pages, and forgets old ones", async () => {
      await add([webhook(1, "a"), webhook(2, "b"), webhook(3, "c"), webhook(4, "d")]);
      for (const sequence of [1, 2, 3]) await store.giveUp(sequence, "HTTP status 500", at(sequence));
      const page = await store.listFailed({ after: 1, limit: 1 });
      expect(page.map(({ sequence }) => sequence)).toEqual([2]);
      expect(await store.sweepFailed(at(3))).toBe(2);
      expect(await failed()).toEqual([[3, 1, "HTTP status 500"]]);
      expect(await due(9)).toBe(4);
    });
  });
}
