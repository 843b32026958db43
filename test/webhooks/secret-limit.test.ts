/** For how many receivers an owner may have secrets, over a real store. */
import { rmSync } from "node:fs";
import { expect, it } from "vitest";
import { Database } from "../../lib/backends/sqlite/database.ts";
import { SqliteWebhookSecretStore } from "../../lib/backends/sqlite/webhook-secret-store.ts";
import { removeSecret, rotateSecret } from "../../lib/webhooks/receiver-secrets.ts";
import { temporaryFolder } from "../support/service.ts";

const LIMIT = 1_000;

it("is bounded, and those that there are can be rotated and removed", async () => {
  const folder = temporaryFolder();
  const database = await Database.open({ folder });
  const store = new SqliteWebhookSecretStore(database);
  const rules = { allowPrivate: false, ports: [] };
  const rotate = (n: number, owner = "a") =>
    rotateSecret(store, { owner, origin: `https://r${n}.example.com` }, { targets: rules, ofAll: "" });
  await Promise.all(Array.from({ length: LIMIT }, (_, n) => rotate(n)));
  await expect(rotate(LIMIT)).rejects.toMatchObject({ type: "LIMIT_REACHED", data: { limit: LIMIT } });
  expect(await rotate(LIMIT, "b")).toMatchObject({ origin: `https://r${LIMIT}.example.com` });
  expect(await rotate(7)).toMatchObject({ previousUntil: expect.any(String) });
  await removeSecret(store, "a", "https://r7.example.com");
  expect(await rotate(LIMIT)).toMatchObject({ origin: `https://r${LIMIT}.example.com` });
  await database.close();
  rmSync(folder, { recursive: true });
});
