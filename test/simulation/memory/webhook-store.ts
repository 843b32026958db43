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
} from "../../../lib/ports/webhook-store.ts";
import { EVERYBODY, isInScope, ownerKey } from "../../../lib/sessions/owner.ts";

interface Row extends Webhook {
  readonly attempts: number;
  /** Place in the queue of the job. */
  readonly turn: number;
  readonly dueAt?: string | undefined;
  readonly failedAt?: string;
  readonly reason?: string;
  /** Whether a stop of the job gave it up. As long as there is such a row, the job takes no more webhooks. */
  readonly isStopped?: true;
}

/** Webhooks of all nodes. */
export class MemoryWebhookStore implements WebhookStore {
  readonly #rows = new Map<string, Row>();
  #position: FeedPosition = { sequence: 0, removals: 0 };
  #turns = 0;
  /** Is told of each webhook that is stored. */
  observer: (webhook: NewWebhook) => void = () => {};

  get pending(): Webhook[] {
    return this.#sorted().filter(({ failedAt }) => failedAt === undefined);
  }

  get all(): Webhook[] {
    return this.#sorted();
  }

  async position(): Promise<FeedPosition> {
    return this.#position;
  }

  async advance(
    { after, cursor, webhooks, deletedJobIds }: FeedProgress,
    now: string,
  ): Promise<FeedPosition | undefined> {
    for (const { url } of webhooks) new URL(url);
    if (!this.#isAt(after)) return undefined;
    for (const webhook of webhooks) {
      if (this.#isKnown(webhook) || this.#isStopped(webhook.jobId)) continue;
      this.observer(webhook);
      this.#put({ ...webhook, attempts: 0, storedAt: now, turn: this.#turns++ });
      this.#callNext(webhook.jobId, now);
    }
    this.dropJobs(deletedJobIds);
    this.#position = { ...after, sequence: cursor };
    return this.#position;
  }

  async restart(from: FeedPosition): Promise<void> {
    if (this.#isAt(from)) this.#position = { ...from, sequence: 0 };
  }

  async nextDue(
    now: string,
    { jobIds = [], owners = [], origins = [], receivers = [] }: Partial<Busy> = {},
  ): Promise<Webhook | undefined> {
    const isFree = ({ jobId, url, event }: Row) => {
      const receiver = { owner: ownerKey(event.owner), origin: new URL(url).origin };
      const isBusy = receivers.some(({ owner, origin }) => owner === receiver.owner && origin === receiver.origin);
      return (
        !jobIds.includes(jobId) && !owners.includes(receiver.owner) && !origins.includes(receiver.origin) && !isBusy
      );
    };
    const due = this.#due().filter((row) => row.dueAt <= now && isFree(row));
    const [row] = due.sort((a, b) => (a.dueAt < b.dueAt ? -1 : a.dueAt > b.dueAt ? 1 : a.sequence - b.sequence));
    return row && webhookOf(row);
  }

  async nextDueAfter(time: string): Promise<string | undefined> {
    const times = this.#due().map(({ dueAt }) => dueAt);
    return times.filter((dueAt) => dueAt > time).sort()[0];
  }

  async hasten(after: string, now: string): Promise<void> {
    for (const row of this.#due()) if (row.dueAt > after) this.#put({ ...row, dueAt: now });
  }

  async remove(webhook: WebhookKey, now: string): Promise<void> {
    const row = this.#pending(webhook);
    if (!row) return;
    this.#rows.delete(keyOf(row));
    this.#callNext(row.jobId, now);
  }

  async postpone(webhook: WebhookKey, dueAt: string): Promise<void> {
    const row = this.#pending(webhook);
    if (row) this.#put({ ...row, attempts: row.attempts + 1, dueAt });
  }

  async giveUp(webhook: WebhookKey, reason: string, now: string): Promise<void> {
    const row = this.#pending(webhook);
    if (!row) return;
    this.#fail(row, row.attempts + 1, reason, now);
    this.#callNext(row.jobId, now);
  }

  async stopJob(jobId: string, reason: string, now: string): Promise<void> {
    const rows = this.pending.filter((row) => row.jobId === jobId) as Row[];
    for (const row of rows)
      this.#fail({ ...row, isStopped: true }, row.attempts + Number(row.dueAt !== undefined), reason, now);
  }

  async removeJobs(jobIds: readonly string[]): Promise<void> {
    this.dropJobs(jobIds);
    this.#position = { ...this.#position, removals: this.#position.removals + 1 };
  }

  async listFailed({ after = 0, limit, owner = EVERYBODY }: FailedPageRequest): Promise<FailedWebhook[]> {
    const failed = this.#sorted().filter(
      (row) => row.failedAt !== undefined && row.sequence > after && isInScope(row.event, owner),
    );
    return failed.slice(0, limit).map(failedOf);
  }

  async retry(
    { jobId, eventId, owner = EVERYBODY }: FailedWebhookKey,
    now: string,
  ): Promise<FailedWebhook | undefined> {
    const row = this.#sorted().find((one) => one.jobId === jobId && one.event.id === eventId);
    if (row?.failedAt === undefined || !isInScope(row.event, owner)) return undefined;
    const { failedAt: _, reason: __, dueAt: ___, isStopped: ____, ...rest } = row;
    this.#put({ ...rest, attempts: 0, storedAt: now, turn: this.#turns++ });
    this.#callNext(jobId, now);
    return failedOf(row);
  }

  async sweepFailed(before: string): Promise<number> {
    const old = this.#sorted().filter(({ failedAt }) => failedAt !== undefined && failedAt < before);
    for (const row of old) this.#rows.delete(keyOf(row));
    return old.length;
  }

  #isAt({ sequence, removals }: FeedPosition): boolean {
    return this.#position.sequence === sequence && this.#position.removals === removals;
  }

  #sorted(): Row[] {
    return [...this.#rows.values()].sort((a, b) => a.sequence - b.sequence);
  }

  #due(): (Row & { readonly dueAt: string })[] {
    return [...this.#rows.values()].filter((row): row is Row & { dueAt: string } => row.dueAt !== undefined);
  }

  #pending(webhook: WebhookKey): Row | undefined {
    const row = this.#rows.get(keyOf(webhook));
    return row?.failedAt === undefined ? row : undefined;
  }

  #isStopped(jobId: string): boolean {
    return [...this.#rows.values()].some((row) => row.jobId === jobId && row.isStopped);
  }

  #isKnown({ jobId, sequence, event }: Pick<Row, "jobId" | "sequence" | "event">): boolean {
    const ofJob = [...this.#rows.values()].filter((row) => row.jobId === jobId);
    return ofJob.some((row) => row.sequence === sequence || row.event.id === event.id);
  }

  #put(row: Row): void {
    this.#rows.set(keyOf(row), row);
  }

  #fail(row: Row, attempts: number, reason: string, failedAt: string): void {
    this.#put({ ...row, attempts, reason, failedAt, dueAt: undefined });
  }

  /** Removes all webhooks of the jobs, and nothing else. */
  dropJobs(jobIds: readonly string[]): void {
    for (const row of this.#rows.values()) if (jobIds.includes(row.jobId)) this.#rows.delete(keyOf(row));
  }

  /** Makes the first webhook in the job's queue due, unless it has a due time. */
  #callNext(jobId: string, now: string): void {
    const queue = (this.pending as Row[]).filter((row) => row.jobId === jobId).sort((a, b) => a.turn - b.turn);
    const [first] = queue;
    if (first && first.dueAt === undefined) this.#put({ ...first, dueAt: now });
  }
}

const keyOf = ({ jobId, sequence }: WebhookKey) => `${jobId} ${sequence}`;

function webhookOf({ sequence, jobId, url, mode, event, attempts, storedAt }: Row): Webhook {
  return { sequence, jobId, url, ...(mode && { mode }), event, attempts, storedAt };
}

function failedOf(row: Row): FailedWebhook {
  const { failedAt = "", reason = "" } = row;
  return { ...webhookOf(row), failedAt, reason };
}
