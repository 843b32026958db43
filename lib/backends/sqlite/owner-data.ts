import type { Counts, ErasureTarget } from "../../ports/erasure-store.ts";
import type { OwnerData } from "../../ports/owner-data.ts";
import type { Database } from "./database.ts";

/** Parameters of all queries: JSON arrays of owners, keys and jobs. */
const owners = "(SELECT value FROM json_each(:owners))";
const keys = "(SELECT value FROM json_each(:keys))";
const jobs = "(SELECT value FROM json_each(:jobs))";
const ownerOfEvent = "json_extract(event, '$.owner')";
const ownedCollections = `(SELECT id FROM collections WHERE owner IN ${owners})`;
const ownedJobs = `(SELECT id FROM jobs WHERE owner IN ${owners} UNION SELECT value FROM json_each(:jobs))`;

/** Tables and conditions by kind. */
const access: Readonly<Record<string, string>> = {
  keys: `client_keys WHERE json_extract(body, '$.owner') IN ${owners} OR id IN ${keys}`,
  sessions: `sessions WHERE id IN ${owners} OR opened_by IN ${keys}`,
};
const removed: Readonly<Record<string, string>> = {
  sessionImages: `session_pictures WHERE session_id IN ${owners}`,
  images: `images WHERE job_id IN ${ownedJobs}`,
  imageEncodings: `image_encodings WHERE owner IN ${owners} OR job_id IN ${jobs}`,
  idempotencyKeys: `idempotency_keys WHERE owner IN ${owners} OR job_id IN ${jobs}`,
  webhookSecrets: `webhook_secrets WHERE owner IN ${owners}`,
  webhooks: `webhooks WHERE ${ownerOfEvent} IN ${owners} OR job_id IN ${jobs}`,
};
const counted: Readonly<Record<string, string>> = {
  ...removed,
  jobs: `jobs WHERE owner IN ${owners}`,
  unpublishedEvents: `outbox WHERE ${ownerOfEvent} IN ${owners}`,
  cachedEncodings: `encoding_holders WHERE holder IN ${owners}`,
  collections: `collections WHERE owner IN ${owners}`,
  faces: `collection_faces WHERE collection_id IN ${ownedCollections}`,
};

export class EmbeddedOwnerData implements OwnerData {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  keysOf(owner: string): Promise<string[]> {
    return this.#database.read(() => {
      const sql = "SELECT id FROM client_keys WHERE json_extract(body, '$.owner') = ?";
      return this.#database
        .statement(sql)
        .all(owner)
        .map(({ id }) => id as string);
    });
  }

  sessionsOf(keyIds: readonly string[]): Promise<string[]> {
    return this.#database.read(() => {
      const sql = "SELECT id FROM sessions WHERE opened_by IN (SELECT value FROM json_each(?))";
      return this.#database
        .statement(sql)
        .all(JSON.stringify(keyIds))
        .map(({ id }) => id as string);
    });
  }

  count(target: ErasureTarget): Promise<Counts> {
    return this.#database.read(() => {
      const kinds = Object.entries(target.keepsKeys ? counted : { ...access, ...counted });
      return Object.fromEntries(
        kinds.map(([kind, condition]) => {
          const sql = `SELECT count(*) AS n FROM ${condition}`;
          return [kind, this.#database.statement(sql).get(parametersOf(sql, target))?.n as number];
        }),
      );
    });
  }

  async removeAccess(target: ErasureTarget): Promise<void> {
    if (!target.keepsKeys) await this.#delete(Object.values(access), target);
  }

  async remove(target: ErasureTarget): Promise<void> {
    await this.#delete(Object.values(removed), target);
  }

  scrub(): Promise<void> {
    return this.#database.scrub();
  }

  #delete(conditions: readonly string[], target: ErasureTarget): Promise<void> {
    return this.#database.write(() => {
      for (const condition of conditions) {
        const sql = `DELETE FROM ${condition}`;
        this.#database.statement(sql).run(parametersOf(sql, target));
      }
    });
  }
}

/** SQLite refuses parameters that a statement does not have. */
function parametersOf(sql: string, { owners, keyIds, jobIds }: ErasureTarget): Record<string, string> {
  const all = { owners: JSON.stringify(owners), keys: JSON.stringify(keyIds), jobs: JSON.stringify(jobIds) };
  return Object.fromEntries(Object.entries(all).filter(([name]) => sql.includes(`:${name})`)));
}
