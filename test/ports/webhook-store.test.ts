import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { EmbeddedWebhookStore } from "../../lib/backends/embedded/webhook-store.ts";
import { openDatabase } from "../support/sqlite-database.ts";
import { webhookStoreConformance } from "./webhook-store.conformance.ts";

webhookStoreConformance("embedded", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sightline-webhooks-"));
  const path = join(folder, "webhooks.db");
  let database = openDatabase(path);
  return {
    port: new EmbeddedWebhookStore(database),
    async reopen() {
      database.close();
      database = openDatabase(path);
      return new EmbeddedWebhookStore(database);
    },
    async close() {
      database.close();
      rmSync(folder, { recursive: true });
    },
  };
});
