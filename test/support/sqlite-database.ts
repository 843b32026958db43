import { DatabaseSync } from "node:sqlite";
import { type WebhookDatabase, webhookSchema } from "../../lib/backends/embedded/webhook-store.ts";

/** A database with the webhooks' tables only, each change a transaction of its own. */
export function openDatabase(path: string): WebhookDatabase & { close(): void } {
  const connection = new DatabaseSync(path);
  connection.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
  if (!connection.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'webhooks'").get()) connection.exec(webhookSchema);
  return {
    statement: (sql) => connection.prepare(sql),
    async write(change) {
      connection.exec("BEGIN IMMEDIATE");
      try {
        const result = change();
        connection.exec("COMMIT");
        return result;
      } catch (error) {
        connection.exec("ROLLBACK");
        throw error;
      }
    },
    read: async (query) => query(),
    close: () => connection.close(),
  };
}
