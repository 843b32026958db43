import type {
  Busy,
  FailedPageRequest,
  FailedWebhook,
  FailedWebhookKey,
  FeedPosition,
  FeedProgress,
  Webhook,
  WebhookKey,
  WebhookStore,
} from "../../ports/webhook-store.ts";
import { EVERYBODY, isInScope } from "../../sessions/owner.ts";
import type { Database } from "./database.ts";
import { inPages, PAGE } from "./pages.ts";

interface Row {
  sequence: number;
  job_id: string;
  url: string;
  mode: Webhook["mode"] | null;
  event: string;
  attempts: number;
  stored_at: string;
  reason: string;
  failed_at: string;
}

const COLUMNS = "sequence, job_id, url, mode, event, attempts, stored_at, reason, failed_at";
/** Value of `turn` for the next webhook of a job. */
const NEXT_TURN = "(SELECT coalesce(max(turn), 0) + 1 FROM webhooks WHERE job_id = :jobId AND failed_at IS NULL)";

/** Whether a value is none of those in a parameter, which is a JSON array. */
const isNoneOf = (value: string, parameter: string) => `${value} NOT IN (SELECT value FROM json_each(${parameter}))`;
const isNoReceiver = (owner: string, origin: string) =>
  `(${owner}, ${origin}) NOT IN (SELECT value ->> 'owner', value ->> 'origin' FROM json_each(:receivers))`;
/** As the column `owner`, which a subquery would read from each event, also of those that are not free. */
const OWNER = "coalesce(json_extract(event, '$.owner'), '')";
/** The owner comes last, because reading it from the event takes most of the time. */
const IS_FREE = `${isNoneOf("job_id", ":jobIds")} AND ${isNoneOf("origin", ":origins")}
  AND ${isNoneOf(OWNER, ":owners")} AND ${isNoReceiver(OWNER, "origin")}`;
/** Number of webhooks, those that have been due the longest, among which the next one is searched first. */
const LOOKED_AT = 1000;
/** The first free webhook among those. */
const FIRST_DUE = `
  SELECT ${COLUMNS} FROM (
    SELECT ${COLUMNS}, origin, due_at FROM webhooks WHERE due_at <= :now ORDER BY due_at, sequence LIMIT ${LOOKED_AT}
  )
  WHERE ${IS_FREE} ORDER BY due_at, sequence LIMIT 1`;
/** Whether more than those are due. */
const MORE_DUE = `SELECT 1 FROM webhooks WHERE due_at <= ? ORDER BY due_at, sequence LIMIT 1 OFFSET ${LOOKED_AT}`;
/** The lowest value of a column among the webhooks that are next in the queues of their jobs. */
const lowest = (column: string, condition: string) =>
  `(SELECT min(${column}) FROM webhooks WHERE due_at IS NOT NULL AND ${condition})`;
/**
 * The first free webhook of all, searched by owner and origin. For when many webhooks wait for busy owners or origins:
 * it reads only a few rows of each.
 */
const FIRST_DUE_BY_RECEIVER = `
  WITH RECURSIVE owners (name) AS (
    SELECT ${lowest("owner", "TRUE")}
    UNION ALL SELECT ${lowest("owner", "owner > name")} FROM owners WHERE name IS NOT NULL
  ),
  receivers (of_owner, name) AS (
    SELECT name, ${lowest("origin", "owner = name")} FROM owners WHERE name IS NOT NULL AND ${isNoneOf("name", ":owners")}
    UNION ALL
    SELECT of_owner, ${lowest("origin", "owner = of_owner AND origin > name")} FROM receivers WHERE name IS NOT NULL
  ),
  firsts (number) AS (
    SELECT (SELECT sequence FROM webhooks
            WHERE owner = of_owner AND origin = name AND due_at <= :now AND ${isNoneOf("job_id", ":jobIds")}
            ORDER BY due_at, sequence LIMIT 1)
    FROM receivers WHERE name IS NOT NULL AND ${isNoneOf("name", ":origins")} AND ${isNoReceiver("of_owner", "name")}
  )
  SELECT ${COLUMNS} FROM firsts CROSS JOIN webhooks ON sequence = number ORDER BY due_at, sequence LIMIT 1`;

/** Webhooks of an embedded node, in its SQLite database. */
export class SqliteWebhookStore implements WebhookStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  position(): Promise<FeedPosition> {
    return this.#database.read(() => this.#position());
  }

  advance({ after, cursor, webhooks, deletedJobIds }: FeedProgress, now: string): Promise<FeedPosition | undefined> {
    return this.#database.write(() => {
      if (!this.#isAt(after)) return undefined;
      const insert = this.#database.statement(
        `INSERT INTO webhooks (sequence, job_id, url, origin, mode, event, stored_at, turn)
         SELECT :sequence, :jobId, :url, :origin, :mode, :event, :now, ${NEXT_TURN}
         WHERE NOT EXISTS (SELECT 1 FROM webhooks WHERE job_id = :jobId AND is_stop = 1)
         ON CONFLICT (sequence) DO NOTHING`,
      );
      for (const { sequence, jobId, url, mode = null, event } of webhooks) {
        const { origin } = new URL(url);
        insert.run({ sequence, jobId, url, origin, mode, event: JSON.stringify(event), now });
        this.#callNext(jobId, now);
      }
      const forget = this.#database.statement("DELETE FROM webhooks WHERE job_id = ?");
      for (const jobId of deletedJobIds) forget.run(jobId);
      this.#database.statement("UPDATE webhook_cursor SET sequence = ?").run(cursor);
      return { ...after, sequence: cursor };
    });
  }

  restart(from: FeedPosition): Promise<void> {
    return this.#database.write(() => {
      if (this.#isAt(from)) this.#database.statement("UPDATE webhook_cursor SET sequence = 0").run();
    });
  }

  nextDue(
    now: string,
    { jobIds = [], owners = [], origins = [], receivers = [] }: Partial<Busy> = {},
  ): Promise<Webhook | undefined> {
    return this.#database.read(() => {
      const json = JSON.stringify;
      const busy = {
        now,
        jobIds: json(jobIds),
        owners: json(owners),
        origins: json(origins),
        receivers: json(receivers),
      };
      const find = (sql: string) => this.#database.statement(sql).get(busy) as unknown as Row | undefined;
      const areMoreDue = () => this.#database.statement(MORE_DUE).get(now) !== undefined;
      const next = find(FIRST_DUE) ?? (areMoreDue() ? find(FIRST_DUE_BY_RECEIVER) : undefined);
      return next && webhookOf(next);
    });
  }

  nextDueAfter(time: string): Promise<string | undefined> {
    return this.#database.read(() => {
      const query = this.#database.statement("SELECT min(due_at) AS due_at FROM webhooks WHERE due_at > ?");
      return (query.get(time) as { due_at: string | null }).due_at ?? undefined;
    });
  }

  hasten(after: string, now: string): Promise<void> {
    return this.#database.write(() => {
      const sql = `UPDATE webhooks SET due_at = ?
                   WHERE sequence IN (SELECT sequence FROM webhooks WHERE due_at > ? LIMIT ${PAGE})`;
      this.#database.statement(sql).run(now, after);
    });
  }

  remove({ sequence, jobId }: WebhookKey, now: string): Promise<void> {
    return this.#database.write(() => {
      const removed = this.#database
        .statement("DELETE FROM webhooks WHERE sequence = ? AND job_id = ? AND failed_at IS NULL")
        .run(sequence, jobId);
      if (removed.changes > 0) this.#callNext(jobId, now);
    });
  }

  postpone({ sequence, jobId }: WebhookKey, dueAt: string): Promise<void> {
    return this.#database.write(() => {
      this.#database
        .statement(
          `UPDATE webhooks SET attempts = attempts + 1, due_at = ?
           WHERE sequence = ? AND job_id = ? AND failed_at IS NULL`,
        )
        .run(dueAt, sequence, jobId);
    });
  }

  giveUp({ sequence, jobId }: WebhookKey, reason: string, now: string): Promise<void> {
    return this.#database.write(() => {
      const given = this.#database
        .statement(
          `UPDATE webhooks SET attempts = attempts + 1, reason = ?, failed_at = ?, due_at = NULL
           WHERE sequence = ? AND job_id = ? AND failed_at IS NULL`,
        )
        .run(reason, now, sequence, jobId);
      if (given.changes > 0) this.#callNext(jobId, now);
    });
  }

  stopJob(jobId: string, reason: string, now: string): Promise<void> {
    return this.#database.write(() => {
      // Only the first webhook in the queue has been tried.
      this.#database
        .statement(
          `UPDATE webhooks SET attempts = attempts + (due_at IS NOT NULL), reason = ?, failed_at = ?, due_at = NULL,
             is_stop = 1 WHERE job_id = ? AND failed_at IS NULL`,
        )
        .run(reason, now, jobId);
    });
  }

  async removeJobs(jobIds: readonly string[]): Promise<void> {
    const ofJobs = "SELECT sequence FROM webhooks WHERE job_id IN (SELECT value FROM json_each(?)) LIMIT ?";
    await inPages(this.#database, () => {
      this.#database.statement("UPDATE webhook_cursor SET removals = removals + 1").run();
      const remove = this.#database.statement(`DELETE FROM webhooks WHERE sequence IN (${ofJobs})`);
      return Number(remove.run(JSON.stringify(jobIds), PAGE).changes);
    });
  }

  listFailed({ after = 0, limit, owner = EVERYBODY }: FailedPageRequest): Promise<FailedWebhook[]> {
    return this.#database.read(() => {
      const [list, ofOwner] =
        owner === EVERYBODY
          ? ["webhooks_failed_in_order", ""]
          : ["webhooks_failed_by_owner", "AND json_extract(event, '$.owner') IS :owner"];
      // With another index, SQLite would read the webhooks that wait.
      const rows = this.#database
        .statement(
          `SELECT ${COLUMNS} FROM webhooks INDEXED BY ${list} WHERE failed_at IS NOT NULL AND sequence > :after ${ofOwner}
           ORDER BY sequence LIMIT :limit`,
        )
        .all({ after, limit, ...(owner !== EVERYBODY && { owner }) }) as unknown as Row[];
      return rows.map(failedOf);
    });
  }

  retry({ jobId, eventId, owner = EVERYBODY }: FailedWebhookKey, now: string): Promise<FailedWebhook | undefined> {
    return this.#database.write(() => {
      const rows = this.#database
        .statement(`SELECT ${COLUMNS} FROM webhooks WHERE job_id = ? AND failed_at IS NOT NULL`)
        .all(jobId) as unknown as Row[];
      const failed = rows.map(failedOf).find(({ event }) => event.id === eventId);
      if (!failed || !isInScope(failed.event, owner)) return undefined;
      const again = this.#database.statement(
        `UPDATE webhooks SET attempts = 0, stored_at = :now, reason = NULL, failed_at = NULL, is_stop = 0,
           turn = ${NEXT_TURN} WHERE sequence = :sequence`,
      );
      again.run({ now, jobId, sequence: failed.sequence });
      this.#callNext(jobId, now);
      return failed;
    });
  }

  sweepFailed(before: string): Promise<number> {
    const sql = `DELETE FROM webhooks
                 WHERE sequence IN (SELECT sequence FROM webhooks WHERE failed_at < ? LIMIT ${PAGE})`;
    return inPages(this.#database, () => Number(this.#database.statement(sql).run(before).changes));
  }

  #position(): FeedPosition {
    const row = this.#database.statement("SELECT sequence, removals FROM webhook_cursor").get();
    const { sequence, removals } = row as unknown as FeedPosition;
    return { sequence, removals };
  }

  #isAt({ sequence, removals }: FeedPosition): boolean {
    const position = this.#position();
    return position.sequence === sequence && position.removals === removals;
  }

  /** Makes the first webhook in the job's queue due now, unless it has a due time. Call within a change. */
  #callNext(jobId: string, now: string): void {
    this.#database
      .statement(
        `UPDATE webhooks SET due_at = ? WHERE due_at IS NULL AND sequence =
           (SELECT sequence FROM webhooks WHERE job_id = ? AND failed_at IS NULL ORDER BY turn LIMIT 1)`,
      )
      .run(now, jobId);
  }
}

function webhookOf({ sequence, job_id, url, mode, event, attempts, stored_at }: Row): Webhook {
  const sent = { sequence, jobId: job_id, url, ...(mode && { mode }), event: JSON.parse(event) };
  return { ...sent, attempts, storedAt: stored_at };
}

function failedOf(row: Row): FailedWebhook {
  return { ...webhookOf(row), failedAt: row.failed_at, reason: row.reason };
}
