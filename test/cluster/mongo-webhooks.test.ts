/** Webhooks of many jobs in MongoDB: what is done at the same time, and what waits for what. */
import { randomUUID } from "node:crypto";
import { setImmediate as nextTurn } from "node:timers/promises";
import { MongoClient } from "mongodb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { MongoAdapter } from "../../lib/backends/mongo/adapter.ts";
import { MongoWebhookStore } from "../../lib/backends/mongo/webhook-store.ts";
import type { NewWebhook } from "../../lib/ports/webhook-store.ts";
import { later, now } from "../ports/sample-jobs.ts";
import { jobEvent } from "../support/job-events.ts";
import { useMongoServers } from "../support/mongo-servers.ts";

const servers = await useMongoServers();

const webhook = (sequence: number, jobId: string): NewWebhook => ({
  sequence,
  jobId,
  url: `https://${jobId}.example/hook`,
  event: jobEvent(jobId, "queued", sequence),
});
const page = [webhook(1, "a"), webhook(2, "b"), webhook(3, "a"), webhook(4, "c")];

describe.each(servers)("on $name", (mongo) => {
  const database = `test-${randomUUID()}`;
  let client: MongoClient;
  /** By the name of the collection. */
  let adapters: Map<string, MongoAdapter<{ _id: string }>>;
  let store: MongoWebhookStore;
  beforeEach(async () => {
    client = await MongoClient.connect(mongo.url);
    adapters = new Map();
    store = new MongoWebhookStore((name) => {
      adapters.set(name, new MongoAdapter(client, database, name));
      return adapters.get(name);
    });
  });
  afterEach(async () => {
    await client.db(database).dropDatabase();
    await client.close();
  });

  const add = async (webhooks: readonly NewWebhook[]) =>
    store.advance({ after: await store.position(), cursor: webhooks.length, webhooks, deletedJobIds: [] }, now);
  const adapter = (name: string) => {
    const found = adapters.get(name);
    if (!found) throw new Error(`${name} is no collection of webhooks.`);
    return found;
  };
  /** The insertions of queues go on as this says. */
  const whenInserting = (work: (jobId: string) => Promise<unknown>) => {
    const queues = adapter("webhookLines");
    const insertNew = queues.insertNew.bind(queues);
    return vi.spyOn(queues, "insertNew").mockImplementation(async (document) => {
      await work(document._id);
      return insertNew(document);
    });
  };
  /** Sequences of the webhooks in the order in which they are due, each sent before the next. */
  async function sent(): Promise<number[]> {
    const sequences: number[] = [];
    for (;;) {
      const next = await store.nextDue(later);
      if (!next) return sequences;
      sequences.push(next.sequence);
      await store.remove(next, now);
    }
  }

  test("the queues of a page's jobs are changed at the same time", async () => {
    const arrived = new Set<string>();
    const all = Promise.withResolvers<void>();
    whenInserting((jobId) => {
      if (arrived.add(jobId).size === 3) all.resolve();
      return all.promise;
    });
    expect(await add(page)).toMatchObject({ sequence: 4 });
    expect((await sent()).toSorted()).toEqual([1, 2, 3, 4]);
  });

  test("queues of a version that did not store owners are due, also while their owner is busy, until they change", async () => {
    const ofOwner = (sequence: number, jobId: string) => {
      const { event, ...rest } = webhook(sequence, jobId);
      return { ...rest, event: { ...event, owner: "me" } };
    };
    await add([ofOwner(1, "a"), ofOwner(2, "a"), ofOwner(3, "b")]);
    await adapter("webhookLines").collection.updateOne({ _id: "a" }, { $unset: { owner: "" } });
    const next = () => store.nextDue(later, { owners: ["me"] });
    expect(await next()).toMatchObject({ sequence: 1 });
    await store.remove({ sequence: 1, jobId: "a" }, now);
    expect(await next()).toBeUndefined();
    expect(await sent()).toEqual([2, 3]);
  });

  test("a page of which a queue could not be changed is applied by the next call, after all changes have ended", async () => {
    const ended: string[] = [];
    const failed = Promise.withResolvers<void>();
    const insertion = whenInserting(async (jobId) => {
      if (jobId === "b") {
        failed.resolve();
        throw new Error("broken");
      }
      await failed.promise;
      await nextTurn();
      ended.push(jobId);
    });
    await expect(add(page)).rejects.toThrow("broken");
    expect(ended).toContain("a");
    const before = ended.length;
    insertion.mockRestore();
    await store.position();
    expect(ended).toHaveLength(before);
    const order = await sent();
    expect(order.toSorted()).toEqual([1, 2, 3, 4]);
    expect(order.indexOf(1)).toBeLessThan(order.indexOf(3));
  });

  test("failed webhooks are listed while another call is under way", async () => {
    await add(page);
    await store.giveUp(webhook(2, "b"), "HTTP status 500", now);
    const cursors = adapter("webhookCursor");
    const findById = cursors.findById.bind(cursors);
    const listed = Promise.withResolvers<void>();
    vi.spyOn(cursors, "findById").mockImplementation(async (id) => {
      await listed.promise;
      return findById(id);
    });
    const position = store.position();
    expect((await store.listFailed({ limit: 9 })).map(({ sequence }) => sequence)).toEqual([2]);
    listed.resolve();
    expect(await position).toMatchObject({ sequence: 4 });
  });

  test("a failed webhook is listed once, although the server returns its queue again", async () => {
    await add(page);
    for (const { sequence, jobId } of page) await store.giveUp(webhook(sequence, jobId), "HTTP status 500", now);
    const { collection } = adapter("webhookLines");
    const find = collection.find.bind(collection);
    // As it does if the queue has changed meanwhile, so that it comes later in the order.
    vi.spyOn(collection, "find").mockImplementation(((...args: Parameters<typeof find>) => ({
      async *sort(order: { firstFailed: 1 }) {
        const queues = await find(...args)
          .sort(order)
          .toArray();
        yield* queues;
        yield* queues;
      },
    })) as unknown as typeof find);
    expect((await store.listFailed({ limit: 9 })).map(({ sequence }) => sequence)).toEqual([1, 2, 3, 4]);
  });
});
