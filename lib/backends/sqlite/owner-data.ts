import type { Counts, ErasureTarget, MemberPage } from "../../ports/erasure-store.ts";
import type { OwnerData } from "../../ports/owner-data.ts";
import type { Database } from "./database.ts";
import { Outbox } from "./outbox.ts";
import { inPages, PAGE } from "./pages.ts";

/** Parameters of the queries: JSON arrays of owners, keys and jobs. */
const owners = "(SELECT value FROM json_each(:owners))";
const keys = "(SELECT value FROM json_each(:keys))";
const jobs = "(SELECT value FROM json_each(:jobs))";
const ownerOfEvent = "json_extract(event, '$.owner')";

/** Tables and conditions by kind. */
type Kinds = Readonly<Record<string, string>>;
const keysOfOwners = `client_keys WHERE json_extract(body, '$.owner') IN ${owners} OR id IN ${keys}`;
/** Records of the requests that created the keys. They may belong to another owner, such as an administrator. */
const creationsOfKeys = `idempotency_keys WHERE job_id IN ${keys}`;
const access: Kinds = { keys: keysOfOwners, sessions: `sessions WHERE id IN ${owners} OR opened_by IN ${keys}` };
const removed: Kinds = {
  sessionImages: `session_pictures WHERE session_id IN ${owners}`,
  images: `images WHERE job_id IN (SELECT id FROM jobs WHERE owner IN ${owners})`,
  imageEncodings: `image_encodings WHERE owner IN ${owners}`,
  idempotencyKeys: `idempotency_keys WHERE owner IN ${owners}`,
  webhookSecrets: `webhook_secrets WHERE owner IN ${owners}`,
  webhooks: `webhooks WHERE ${ownerOfEvent} IN ${owners}`,
};
const counted: Kinds = {
  ...removed,
  jobs: `jobs WHERE owner IN ${owners}`,
  cachedEncodings: `encoding_holders WHERE holder IN ${owners}`,
  collections: `collections WHERE owner IN ${owners}`,
  faces: `collection_faces WHERE collection_id IN (SELECT id FROM collections WHERE owner IN ${owners})`,
};
const countedOfJobs: Kinds = {
  images: `images WHERE job_id IN ${jobs} AND job_id NOT IN (SELECT id FROM jobs)`,
  imageEncodings: `image_encodings WHERE job_id IN ${jobs} AND owner IS NULL`,
  webhooks: `webhooks WHERE job_id IN ${jobs} AND ${ownerOfEvent} IS NULL`,
};
const removedOfJobs: Kinds = {
  imageEncodings: `image_encodings WHERE job_id IN ${jobs}`,
  idempotencyKeys: `idempotency_keys WHERE job_id IN ${jobs}`,
  webhooks: `webhooks WHERE job_id IN ${jobs}`,
  // Last, because `sweepResults` finds by them what a crash has left of the others.
  images: `images WHERE job_id IN ${jobs}`,
};
/** The primary keys of tables without a rowid. */
const primaryKeys: Readonly<Record<string, string>> = {
  client_keys: "id",
  idempotency_keys: "owner, key",
  images: "job_id, idx",
  sessions: "key_hash",
  webhook_secrets: "owner, origin",
};

interface Parameters {
  readonly owners?: readonly string[];
  readonly keys?: readonly string[];
  readonly jobs?: readonly string[];
}

export class SqliteOwnerData implements OwnerData {
  readonly #database: Database;
  readonly #outbox: Outbox;

  constructor(database: Database) {
    this.#database = database;
    this.#outbox = new Outbox(database);
  }

  keysOf(owner: string): Promise<string[]> {
    return this.#ids("SELECT id FROM client_keys WHERE json_extract(body, '$.owner') = ?", owner);
  }

  sessionsOf(keyIds: readonly string[], { after = "", limit }: MemberPage): Promise<string[]> {
    const sql = `SELECT id FROM sessions WHERE opened_by IN (SELECT value FROM json_each(?)) AND id > ?
                 ORDER BY id LIMIT ?`;
    return this.#ids(sql, JSON.stringify(keyIds), after, limit);
  }

  countAccess({ owner, keyIds }: Pick<ErasureTarget, "owner" | "keyIds">): Promise<Counts> {
    return this.#count(access, { owners: [owner], keys: keyIds });
  }

  removeKeys({ owner, keyIds }: Pick<ErasureTarget, "owner" | "keyIds">): Promise<void> {
    return this.#delete([keysOfOwners, creationsOfKeys], { owners: [owner], keys: keyIds });
  }

  removeSessions(ids: readonly string[]): Promise<void> {
    return this.#delete([`sessions WHERE id IN ${owners}`], { owners: ids });
  }

  async count(ids: readonly string[]): Promise<Counts> {
    const counts = await this.#count(counted, { owners: ids });
    return { ...counts, unpublishedEvents: await this.#outbox.countOf(ids) };
  }

  countOfJobs(jobIds: readonly string[]): Promise<Counts> {
    return this.#count(countedOfJobs, { jobs: jobIds });
  }

  remove(ids: readonly string[]): Promise<void> {
    return this.#delete(Object.values(removed), { owners: ids });
  }

  removeOfJobs(jobIds: readonly string[]): Promise<void> {
    return this.#delete(Object.values(removedOfJobs), { jobs: jobIds });
  }

  scrub(signal?: AbortSignal): Promise<void> {
    return this.#database.scrub(signal);
  }

  #ids(sql: string, ...values: readonly (string | number)[]): Promise<string[]> {
    return this.#database.read(() =>
      this.#database
        .statement(sql)
        .all(...values)
        .map(({ id }) => id as string),
    );
  }

  #count(kinds: Kinds, parameters: Parameters): Promise<Counts> {
    return this.#database.read(() =>
      Object.fromEntries(
        Object.entries(kinds).map(([kind, condition]) => {
          const sql = `SELECT count(*) AS n FROM ${condition}`;
          return [kind, this.#database.statement(sql).get(valuesOf(sql, parameters))?.n as number];
        }),
      ),
    );
  }

  /** In pages, since there may be hundreds of thousands of rows. */
  async #delete(conditions: readonly string[], parameters: Parameters): Promise<void> {
    await inPages(this.#database, () => {
      let removed = 0;
      for (const condition of conditions) {
        const sql = removalOf(condition);
        const values = { ...valuesOf(sql, parameters), limit: PAGE - removed };
        removed += Number(this.#database.statement(sql).run(values).changes);
      }
      return removed;
    });
  }
}

/** Removes at most `:limit` of the rows. */
function removalOf(condition: string): string {
  const [table = ""] = condition.split(" ", 1);
  const key = primaryKeys[table] ?? "rowid";
  return `DELETE FROM ${table} WHERE (${key}) IN (SELECT ${key} FROM ${condition} LIMIT :limit)`;
}

/** SQLite refuses parameters that a statement does not have. */
function valuesOf(sql: string, parameters: Parameters): Record<string, string> {
  const values = Object.entries(parameters).map(([name, ids]) => [name, JSON.stringify(ids)] as const);
  return Object.fromEntries(values.filter(([name]) => sql.includes(`:${name}`)));
}
