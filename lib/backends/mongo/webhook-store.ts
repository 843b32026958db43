import { Mutex } from "async-mutex";
import type { Filter } from "mongodb";
import pMap from "p-map";
import type {
  Busy,
  FailedPageRequest,
  FailedWebhook,
  FailedWebhookKey,
  FeedPosition,
  FeedProgress,
  NewWebhook,
  Webhook,
  WebhookKey,
  WebhookStore,
} from "../../ports/webhook-store.ts";
import { EVERYBODY, isInScope, ownerKey } from "../../sessions/owner.ts";
import type { MongoAdapter } from "./adapter.ts";
import { newName } from "./entities.ts";
import { parseStored, untilDecided, withRetries } from "./failure.ts";
import {
  append,
  emptyQueue,
  giveUp,
  hasten,
  isFirst,
  postpone,
  remove,
  retry,
  stop,
  sweep,
  type WebhookQueue,
} from "./webhook-queue.ts";

/** A job's webhook queue as JSON, and fields for queries. */
interface QueueDocument {
  readonly _id: string;
  readonly change: string;
  readonly body: string;
  readonly dueAt?: string;
  /**
   * Sequence, origin and owner ("" for none) of the first waiting webhook. Version 0.1.0 did not write the owner: until
   * such a queue changes, it counts as free even while its owner is busy.
   */
  readonly first?: number;
  readonly origin?: string;
  readonly owner?: string;
  /** The lowest and the highest sequence of failed webhooks, and the owner of these; "" for none. */
  readonly firstFailed?: number;
  readonly lastFailed?: number;
  readonly failedOwner?: string;
  readonly oldestFailure?: string;
}

interface CursorDocument {
  readonly _id: "cursor";
  readonly sequence: number;
  readonly removals?: number;
  /** The page that the cursor has just passed, as JSON, until all of it is in the queues. */
  readonly page?: string;
}

/** Queues that are made due in one turn. All other calls wait for that. */
const HASTENED = 100;
/** Queues that are changed at the same time for a page. */
const CHANGES_IN_FLIGHT = 16;
const CURSOR = { _id: "cursor" } as const;

/** Webhooks in MongoDB: one document per job's queue, and one for the cursor. */
export class MongoWebhookStore implements WebhookStore {
  readonly #queues: MongoAdapter<QueueDocument>;
  readonly #cursors: MongoAdapter<CursorDocument>;
  readonly #turns = new Mutex();

  /** @param collection Returns the adapter for a collection name. */
  constructor(collection: (name: string) => unknown) {
    // Queues were called lines when the collection was named.
    this.#queues = collection("webhookLines") as MongoAdapter<QueueDocument>;
    this.#cursors = collection("webhookCursor") as MongoAdapter<CursorDocument>;
  }

  position(): Promise<FeedPosition> {
    return this.#inTurn(async (position) => position);
  }

  advance(progress: FeedProgress, now: string): Promise<FeedPosition | undefined> {
    return this.#inTurn(async () => {
      for (const { url } of progress.webhooks) new URL(url);
      const { after, cursor } = progress;
      const page = JSON.stringify({ progress, now });
      if (!(await this.#move(after, { sequence: cursor, page }))) return undefined;
      await this.#take(page);
      return { ...after, sequence: cursor };
    });
  }

  restart(from: FeedPosition): Promise<void> {
    return this.#inTurn(async () => {
      await this.#move(from, { sequence: 0 });
    });
  }

  nextDue(
    now: string,
    { jobIds = [], owners = [], origins = [], receivers = [] }: Partial<Busy> = {},
  ): Promise<Webhook | undefined> {
    return this.#inTurn(async () => {
      const isFree = { _id: { $nin: [...jobIds] }, owner: { $nin: [...owners] }, origin: { $nin: [...origins] } };
      const busy = Map.groupBy(receivers, ({ owner }) => owner);
      const ofOwners = Array.from(busy, ([owner, all]) => ({
        owner,
        origin: { $in: all.map(({ origin }) => origin) },
      }));
      const query = { dueAt: { $lte: now }, ...isFree, ...(ofOwners.length > 0 && { $nor: ofOwners }) };
      const [queue] = await withRetries(() => this.#queues.find({ query, sort: { dueAt: 1, first: 1 }, limit: 1 }));
      return queue && queueOf(queue).waiting[0];
    });
  }

  nextDueAfter(time: string): Promise<string | undefined> {
    return this.#inTurn(async () => {
      const query = { dueAt: { $gt: time } };
      const [queue] = await withRetries(() => this.#queues.find({ query, sort: { dueAt: 1 }, limit: 1 }));
      return queue?.dueAt;
    });
  }

  hasten(after: string, now: string): Promise<void> {
    return this.#inTurn(async () => {
      for (const id of await this.#idsOf({ dueAt: { $gt: after } }, HASTENED))
        await this.#change(id, (queue) => hasten(queue, after, now));
    });
  }

  remove(webhook: WebhookKey, now: string): Promise<void> {
    return this.#changeFirst(webhook, (queue) => remove(queue, now));
  }

  postpone(webhook: WebhookKey, dueAt: string): Promise<void> {
    return this.#changeFirst(webhook, (queue) => postpone(queue, dueAt));
  }

  giveUp(webhook: WebhookKey, reason: string, now: string): Promise<void> {
    return this.#changeFirst(webhook, (queue) => giveUp(queue, reason, now));
  }

  stopJob(jobId: string, reason: string, now: string): Promise<void> {
    return this.#inTurn(() => this.#change(jobId, (queue) => stop(queue, reason, now)));
  }

  removeJobs(jobIds: readonly string[]): Promise<void> {
    return this.#inTurn(async () => {
      const update = { $inc: { removals: 1 } };
      await withRetries(() => this.#cursors.collection.updateOne(CURSOR, update));
      await withRetries(() => this.#queues.removeMany({ _id: { $in: [...jobIds] } }));
    });
  }

  /**
   * Does not wait for other calls, and these do not wait for it, since it changes nothing. A page left behind adds no
   * failed webhooks; those of jobs that it deletes are listed until the next call.
   */
  listFailed({ after = 0, limit, owner = EVERYBODY }: FailedPageRequest): Promise<FailedWebhook[]> {
    return withRetries(async () => {
      let found: FailedWebhook[] = [];
      const ofOwner = owner === EVERYBODY ? {} : { failedOwner: ownerKey(owner) };
      // The first, too: without it, no sparse index would have the order.
      const filter = { ...ofOwner, firstFailed: { $exists: true }, lastFailed: { $gt: after } };
      const queues = this.#queues.collection.find(filter).sort({ firstFailed: 1 });
      const read = new Set<string>();
      for await (const queue of queues) {
        // The server returns a queue again if a change has moved it behind those that were read.
        if (read.has(queue._id)) continue;
        read.add(queue._id);
        const last = found[limit - 1];
        if (last && queue.firstFailed !== undefined && queue.firstFailed > last.sequence) break;
        found.push(...queueOf(queue).failed.filter(({ sequence }) => sequence > after));
        found = found.sort((a, b) => a.sequence - b.sequence).slice(0, limit);
      }
      return found;
    });
  }

  retry({ jobId, eventId, owner = EVERYBODY }: FailedWebhookKey, now: string): Promise<FailedWebhook | undefined> {
    return this.#inTurn(async () => {
      let found: FailedWebhook | undefined;
      await this.#change(jobId, (queue) => {
        found = queue.failed.find((webhook) => webhook.event.id === eventId && isInScope(webhook.event, owner));
        return found ? retry(queue, eventId, now) : queue;
      });
      return found;
    });
  }

  sweepFailed(before: string): Promise<number> {
    return this.#inTurn(async () => {
      let swept = 0;
      for (const id of await this.#idsOf({ oldestFailure: { $lt: before } })) {
        let gone = 0;
        await this.#change(id, (queue) => {
          const rest = sweep(queue, before);
          gone = queue.failed.length - rest.failed.length;
          return rest;
        });
        swept += gone;
      }
      return swept;
    });
  }

  /** @param limit 0 means all. */
  async #idsOf(query: Filter<QueueDocument>, limit = 0): Promise<string[]> {
    const found = await withRetries(() =>
      this.#queues.collection.find(query, { limit }).project<{ _id: string }>({ _id: 1 }).toArray(),
    );
    return found.map(({ _id }) => _id);
  }

  /** Runs work serially, each time after applying a page left behind by a crash or a lost connection. */
  #inTurn<T>(work: (position: FeedPosition) => Promise<T>): Promise<T> {
    return this.#turns.runExclusive(async () => {
      const cursor = await withRetries(() => this.#cursors.findById(CURSOR._id));
      if (!cursor) await withRetries(() => this.#cursors.insertNew({ ...CURSOR, sequence: 0 }));
      if (cursor?.page !== undefined) await this.#take(cursor.page);
      return work({ sequence: cursor?.sequence ?? 0, removals: cursor?.removals ?? 0 });
    });
  }

  /** @returns false if the position has changed, possibly because an attempt whose response was lost has moved it. */
  async #move({ sequence, removals }: FeedPosition, next: Pick<CursorDocument, "sequence" | "page">): Promise<boolean> {
    const filter = { ...CURSOR, sequence, removals: removals || { $exists: false }, page: { $exists: false } };
    const { matchedCount } = await withRetries(() => this.#cursors.collection.updateOne(filter, { $set: next }));
    return matchedCount === 1;
  }

  async #take(page: string): Promise<void> {
    const { progress, now } = parseStored<{ progress: FeedProgress; now: string }>(page, "The page of webhooks");
    const failures: unknown[] = [];
    const add = async ([jobId, webhooks]: [string, NewWebhook[]]) => {
      if (failures.length > 0) return;
      await this.#change(jobId, (queue) => append(queue, webhooks, now)).catch((error) => failures.push(error));
    };
    const ofJobs = Map.groupBy(progress.webhooks, (webhook) => webhook.jobId);
    await pMap(ofJobs, add, { concurrency: CHANGES_IN_FLIGHT });
    // Thrown only now, so that no change is made after the end of this turn.
    if (failures.length > 0) throw failures[0];
    const deleted = { _id: { $in: [...progress.deletedJobIds] } };
    if (progress.deletedJobIds.length > 0) await withRetries(() => this.#queues.removeMany(deleted));
    await withRetries(() => this.#cursors.collection.updateOne({ ...CURSOR, page }, { $unset: { page: "" } }));
  }

  #changeFirst(webhook: WebhookKey, change: (queue: WebhookQueue) => WebhookQueue): Promise<void> {
    return this.#inTurn(() =>
      this.#change(webhook.jobId, (queue) => (isFirst(queue, webhook) ? change(queue) : queue)),
    );
  }

  /** Changes the job's queue by compare-and-set; an emptied queue is deleted. */
  async #change(jobId: string, change: (queue: WebhookQueue) => WebhookQueue): Promise<void> {
    const tried = new Set<string>();
    const isMade = async () => {
      const stored = await this.#queues.findById(jobId);
      if (stored && tried.has(stored.change)) return true;
      const queue = stored ? queueOf(stored) : emptyQueue;
      const next = change(queue);
      if (next === queue || (!stored && isEmpty(next))) return true;
      if (!stored) return this.#queues.insertNew(documentOf(jobId, next));
      const filter = { _id: jobId, change: stored.change };
      if (isEmpty(next)) return (await this.#queues.removeMany(filter)) === 1;
      const document = documentOf(jobId, next);
      tried.add(document.change);
      return (await this.#queues.collection.replaceOne(filter, document)).matchedCount === 1;
    };
    await untilDecided(async () => (await isMade()) || undefined);
  }
}

function isEmpty({ waiting, failed, sent = [] }: WebhookQueue): boolean {
  return waiting.length + failed.length + sent.length === 0;
}

function queueOf({ _id, body }: QueueDocument): WebhookQueue {
  return parseStored(body, `The queue of webhooks of job ${_id}`);
}

function documentOf(jobId: string, queue: WebhookQueue): QueueDocument {
  const [first] = queue.waiting;
  return {
    _id: jobId,
    change: newName(),
    body: JSON.stringify(queue),
    ...(first && queue.dueAt && { ...dueFields(first), dueAt: queue.dueAt }),
    ...failureFields(queue.failed),
  };
}

function dueFields({ sequence, url, event }: Webhook): Partial<QueueDocument> {
  return { first: sequence, origin: new URL(url).origin, owner: ownerKey(event.owner) };
}

/**
 * Fields of failed webhooks. These are in the order of their failures, which differs from that of their sequences after
 * some were retried.
 */
function failureFields(failed: readonly FailedWebhook[]): Partial<QueueDocument> {
  const [oldest] = failed;
  if (!oldest) return {};
  const sequences = failed.map(({ sequence }) => sequence);
  return {
    firstFailed: Math.min(...sequences),
    lastFailed: Math.max(...sequences),
    failedOwner: ownerKey(oldest.event.owner),
    oldestFailure: oldest.failedAt,
  };
}
