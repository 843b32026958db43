import type { WebhookSecret, WebhookSecretStore } from "../../ports/webhook-secret-store.ts";
import type { Database } from "./database.ts";

export class SqliteWebhookSecretStore implements WebhookSecretStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  put(secret: WebhookSecret, before: WebhookSecret | undefined): Promise<boolean> {
    const { owner, origin } = secret;
    return this.#database.write(() => {
      if (this.#find(owner, origin)?.secret !== before?.secret) return false;
      const sql = `INSERT INTO webhook_secrets (owner, origin, body) VALUES (?, ?, ?)
                   ON CONFLICT (owner, origin) DO UPDATE SET body = excluded.body`;
      this.#database.statement(sql).run(owner, origin, JSON.stringify(secret));
      return true;
    });
  }

  find(owner: string, origin: string): Promise<WebhookSecret | undefined> {
    return this.#database.read(() => this.#find(owner, origin));
  }

  list(owner: string): Promise<WebhookSecret[]> {
    return this.#database.read(() => {
      const sql = "SELECT body FROM webhook_secrets WHERE owner = ? ORDER BY origin";
      return this.#database
        .statement(sql)
        .all(owner)
        .map(({ body }) => JSON.parse(body as string));
    });
  }

  count(owner: string): Promise<number> {
    return this.#database.read(() => {
      const sql = "SELECT count(*) AS n FROM webhook_secrets WHERE owner = ?";
      return this.#database.statement(sql).get(owner)?.n as number;
    });
  }

  remove(owner: string, origin: string): Promise<boolean> {
    return this.#database.write(() => {
      const sql = "DELETE FROM webhook_secrets WHERE owner = ? AND origin = ?";
      return Number(this.#database.statement(sql).run(owner, origin).changes) === 1;
    });
  }

  hasAny(): Promise<boolean> {
    return this.#database.read(
      () => this.#database.statement("SELECT 1 FROM webhook_secrets LIMIT 1").get() !== undefined,
    );
  }

  #find(owner: string, origin: string): WebhookSecret | undefined {
    const sql = "SELECT body FROM webhook_secrets WHERE owner = ? AND origin = ?";
    const row = this.#database.statement(sql).get(owner, origin);
    return row && JSON.parse(row.body as string);
  }
}
