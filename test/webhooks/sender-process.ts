/**
 * A process that sends webhooks until it is killed, or in peace terminated:
 * `sender-process.ts <database> <url> <jobs>`.
 */

import { Database } from "../../lib/backends/sqlite/database.ts";
import { SqliteWebhookStore } from "../../lib/backends/sqlite/webhook-store.ts";
import { systemClock } from "../../lib/time/clock.ts";
import { WebhookDispatcher } from "../../lib/webhooks/dispatcher.ts";
import { WebhookSigner } from "../../lib/webhooks/signature.ts";
import { eventList } from "../support/event-list.ts";
import { jobEvent } from "../support/job-events.ts";
import { webhookSecret } from "../support/receiver.ts";

const [path, url, jobs] = process.argv.slice(2) as [string, string, string];
const events = ["created", "queued", "running", "succeeded"].flatMap((state, revision) =>
  Array.from({ length: Number(jobs) }, (_, n) => jobEvent(`job${n}`, state, revision)),
);
// The log grows while webhooks are sent, so that a kill finds both under way.
const feed = eventList();
setInterval(() => feed.append(...events.splice(0, 4)), 2);
const database = await Database.open({ folder: path });
const store = new SqliteWebhookStore(database);
const dispatcher = new WebhookDispatcher({
  feed,
  store,
  callbackOf: async () => ({ url }),
  signerOf: async () => new WebhookSigner(webhookSecret),
  allowPrivate: true,
  timeoutMs: 60_000,
  retryMs: 600_000,
  // A failed attempt is repeated at once: the test is about crashes, not about patience.
  clock: { ...systemClock, random: () => 0 },
  onGivenUp: () => process.exit(3),
  onError: () => process.exit(4),
});

process.on("SIGTERM", async () => {
  await dispatcher.close();
  await database.close();
  process.exit(0);
});
