import { Mutex } from "async-mutex";
import type { Busy, FailedWebhook, FeedProgress, Webhook, WebhookStore } from "../../ports/webhook-store.ts";
import type { MongoAdapter } from "./adapter.ts";
import { newName } from "./entities.ts";
import { parseStored, untilDecided, withRetries } from "./failure.ts";
import { append, emptyQueue, giveUp, postpone, remove, stop, sweep, type WebhookQueue } from "./webhook-queue.ts";

/** A job's webhook queue as JSON, and the fields to query by. */
interface QueueDocument {
  readonly _id: string;
  readonly change: string;
  readonly body: string;
  readonly dueAt?: string;
  /** Sequence and origin of the first waiting webhook. */
  readonly first?: number;
  readonly origin?: string;
  /** Sequences of the first and the last failed webhook. */
  readonly firstFailed?: number;
  readonly lastFailed?: number;
  readonly oldestFailure?: string;
}

interface CursorDocument {
  readonly _id: "cursor";
  readonly sequence: number;
  /** The page the cursor has just passed, as JSON, until all of it is in the queues. */
  readonly page?: string;
}

/** Webhooks in MongoDB: one document per job's queue, and one for the cursor. */
export class MongoWebhookStore implements WebhookStore {
  readonly #queues: MongoAdapter<QueueDocument>;
  readonly #cursors: MongoAdapter<CursorDocument>;
  readonly #turns = new Mutex();

  /** @param collection Returns the adapter for a collection name. */
  constructor(collection: (name: string) => unknown) {
    this.#queues = collection("webhookLines") as MongoAdapter<QueueDocument>;
    this.#cursors = collection("webhookCursor") as MongoAdapter<CursorDocument>;
  }

  cursor(): Promise<number> {
    return this.#inTurn(async (cursor) => cursor);
  }

  advance(progress: FeedProgress, now: string): Promise<void> {
    return this.#inTurn(async (cursor) => {
      for (const { url } of progress.webhooks) new URL(url);
      // Already applied by an attempt whose response was lost.
      if (progress.cursor <= cursor) return;
      const page = JSON.stringify({ progress, now });
      const update = { $set: { sequence: progress.cursor, page } };
      await withRetries(() => this.#cursors.collection.updateOne({ _id: "cursor" }, update, { upsert: true }));
      await this.#take(page);
    });
  }

  nextDue(now: string, { jobIds, origins }: Busy): Promise<Webhook | undefined> {
    return this.#inTurn(async () => {
      const query = { dueAt: { $lte: now }, _id: { $nin: [...jobIds] }, origin: { $nin: [...origins] } };
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

  remove(sequence: number, now: string): Promise<void> {
    return this.#changeFirst(sequence, (queue) => remove(queue, now));
  }

  postpone(sequence: number, _reason: string, dueAt: string): Promise<void> {
    return this.#changeFirst(sequence, (queue) => postpone(queue, dueAt));
  }

  giveUp(sequence: number, reason: string, now: string): Promise<void> {
    return this.#changeFirst(sequence, (queue) => giveUp(queue, reason, now));
  }

  stopJob(jobId: string, reason: string, now: string): Promise<void> {
    return this.#inTurn(() => this.#change(jobId, (queue) => stop(queue, reason, now)));
  }

  removeJobs(jobIds: readonly string[]): Promise<void> {
    return this.#inTurn(async () => {
      await withRetries(() => this.#queues.removeMany({ _id: { $in: [...jobIds] } }));
    });
  }

  listFailed({ after = 0, limit }: { readonly after?: number; readonly limit: number }): Promise<FailedWebhook[]> {
    return this.#inTurn(() =>
      withRetries(async () => {
        let found: FailedWebhook[] = [];
        const queues = this.#queues.collection.find({ lastFailed: { $gt: after } }).sort({ firstFailed: 1 });
        for await (const queue of queues) {
          const last = found[limit - 1];
          if (last && queue.firstFailed !== undefined && queue.firstFailed > last.sequence) break;
          found.push(...queueOf(queue).failed.filter(({ sequence }) => sequence > after));
          found = found.sort((a, b) => a.sequence - b.sequence).slice(0, limit);
        }
        return found;
      }),
    );
  }

  sweepFailed(before: string): Promise<number> {
    return this.#inTurn(async () => {
      const query = { oldestFailure: { $lt: before } };
      const queues = await withRetries(() =>
        this.#queues.collection.find(query).project<{ _id: string }>({ _id: 1 }).toArray(),
      );
      let swept = 0;
      for (const { _id } of queues) {
        let gone = 0;
        await this.#change(_id, (queue) => {
          const rest = sweep(queue, before);
          gone = queue.failed.length - rest.failed.length;
          return rest;
        });
        swept += gone;
      }
      return swept;
    });
  }

  /** Runs work serially, each time after applying a page left behind by a crash or a lost connection. */
  #inTurn<T>(work: (cursor: number) => Promise<T>): Promise<T> {
    return this.#turns.runExclusive(async () => {
      const cursor = await withRetries(() => this.#cursors.findById("cursor"));
      if (cursor?.page !== undefined) await this.#take(cursor.page);
      return work(cursor?.sequence ?? 0);
    });
  }

  async #take(page: string): Promise<void> {
    const { progress, now } = parseStored<{ progress: FeedProgress; now: string }>(page, "The page of webhooks");
    for (const [jobId, webhooks] of Map.groupBy(progress.webhooks, (webhook) => webhook.jobId))
      await this.#change(jobId, (queue) => append(queue, webhooks, now));
    const deleted = { _id: { $in: [...progress.deletedJobIds] } };
    if (progress.deletedJobIds.length > 0) await withRetries(() => this.#queues.removeMany(deleted));
    await withRetries(() => this.#cursors.collection.updateOne({ _id: "cursor", page }, { $unset: { page: "" } }));
  }

  #changeFirst(sequence: number, change: (queue: WebhookQueue) => WebhookQueue): Promise<void> {
    return this.#inTurn(async () => {
      const found = await withRetries(() => this.#queues.findOne({ first: sequence }));
      const isFirst = (queue: WebhookQueue) => queue.waiting[0]?.sequence === sequence;
      if (found) await this.#change(found._id, (queue) => (isFirst(queue) ? change(queue) : queue));
    });
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

function isEmpty({ waiting, failed }: WebhookQueue): boolean {
  return waiting.length + failed.length === 0;
}

function queueOf({ _id, body }: QueueDocument): WebhookQueue {
  return parseStored(body, `Line ${_id} of webhooks`);
}

function documentOf(jobId: string, queue: WebhookQueue): QueueDocument {
  const [first] = queue.waiting;
  const [failure] = queue.failed;
  return {
    _id: jobId,
    change: newName(),
    body: JSON.stringify(queue),
    ...(first && queue.dueAt && { first: first.sequence, origin: new URL(first.url).origin, dueAt: queue.dueAt }),
    ...(failure && {
      firstFailed: failure.sequence,
      lastFailed: queue.failed.at(-1)?.sequence ?? failure.sequence,
      oldestFailure: failure.failedAt,
    }),
  };
}
