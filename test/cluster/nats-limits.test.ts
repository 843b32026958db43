/** Accounts of NATS that have fewer consumers than a cluster needs, or no JetStream. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect } from "nats";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openJetStream } from "../../lib/backends/jetstream/jetstream.ts";
import { eventOf } from "../ports/sample-events.ts";
import { taskOf } from "../ports/sample-tasks.ts";
import { taken } from "../support/jetstream-nodes.ts";
import { type NatsServer, startNatsServer } from "../support/nats-server.ts";

const limited = `accounts {
  LIMITED {
    jetstream { max_file: 1G, max_mem: 64M, max_consumers: 1 }
    users [ { user: limited, password: PASSWORD } ]
  }
  WITHOUT { users [ { user: without, password: PASSWORD } ] }
}`;
const settings = { leaseMs: 60_000, pollMs: 100 };
let folder: string;
let nats: NatsServer;
let url: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sightline-limits-"));
  writeFileSync(join(folder, "nats.conf"), limited);
  nats = await startNatsServer({ args: ["--config", join(folder, "nats.conf")] });
  url = nats.url.replace("//", "//limited:PASSWORD@");
});
afterAll(async () => {
  await nats.stop();
  rmSync(folder, { recursive: true });
});

test("the operator is told once why tasks of a further lane wait", async () => {
  const notices: string[] = [];
  const node = await openJetStream(url, { ...settings, prefix: "lanes", onNotice: (notice) => notices.push(notice) });
  await node.queue.push([taskOf("a", 0, { priority: 6 }), taskOf("b", 0, { priority: 5 })]);
  const first = await taken(node.queue);
  await first.ack();
  const waiting = new AbortController();
  const second = node.queue.take(waiting.signal);
  await expect.poll(() => notices).toEqual([expect.stringMatching(/^Tasks wait, .*maximum consumers limit reached/)]);
  // A task of the lane that has a consumer is still done.
  await node.queue.push([taskOf("a", 1, { priority: first.task.priority })]);
  expect((await second)?.task.priority).toBe(first.task.priority);
  waiting.abort();
  await node.close();
  expect(notices).toHaveLength(1);
});

test("a reader of events waits until another has ended", async () => {
  const node = await openJetStream(url, { ...settings, prefix: "pages" });
  await node.log.append([eventOf("a", 0), eventOf("a", 1)]);
  const other = await connect({ servers: nats.url, user: "limited", pass: "PASSWORD" });
  const { consumers } = await other.jetstreamManager();
  await consumers.add("pages-events", { name: "other", ack_policy: "none" as never, mem_storage: true });
  // The server tells of each request and its answer.
  const answers = other.subscribe("$JS.EVENT.ADVISORY.API");
  await other.flush();
  const page = node.log.read({ after: 0, limit: 10, jobId: "a" });
  page.catch(() => answers.unsubscribe());
  let refusals = 0;
  // More than are asked for at once, in case a server is away.
  for await (const answer of answers)
    if (answer.string().includes("maximum consumers limit reached") && ++refusals === 6) break;
  await consumers.delete("pages-events", "other");
  expect(await page).toHaveLength(2);
  await other.close();
  await node.close();
});

test("a node whose account has no JetStream waits for it, and says so", async () => {
  await expect(openJetStream(nats.url.replace("//", "//without:PASSWORD@"), settings)).rejects.toMatchObject({
    type: "STORE_UNAVAILABLE",
    message: "NATS has no JetStream for the account of this node.",
  });
});
