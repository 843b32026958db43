/** The service on NATS and MongoDB as its users see it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Node } from "../../lib/contracts/monitor.ts";
import { form, golden, JobClient } from "../support/job-client.ts";
import { type OtlpCollector, startOtlpCollector } from "../support/otlp-collector.ts";
import { type Accepted, expectAllDone, expectCountedActivity, expectWholeLog } from "../support/outcomes.ts";
import { pace } from "../support/pace.ts";
import { type SupervisedCluster, startSupervisedCluster } from "../support/supervised-cluster.ts";

let collector: OtlpCollector;
let cluster: SupervisedCluster | undefined;
let client: JobClient;
beforeAll(async () => {
  collector = await startOtlpCollector();
  cluster = await startSupervisedCluster({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url });
  if (cluster) client = new JobClient(cluster.url);
}, 600_000);
afterAll(async () => {
  await cluster?.stop();
  await collector.close();
});

describe("a cluster", () => {
  it("answers at once, exactly, in one trace over two nodes", async (context) => {
    if (!cluster) return context.skip("no database");
    const trace = "0123456789abcdef0123456789abcdef";
    const headers = { traceparent: `00-${trace}-0123456789abcdef-01` };
    const { status, body } = await client.post("/process", form(golden.slice(0, 1)), headers);
    expect([status, body.images[0].faces]).toEqual([200, golden[0]?.faces]);
    const spans = () => collector.spans.filter(({ traceId }) => traceId === trace);
    const names = ["POST /process", "detector.detect", "worker inference"];
    await expect.poll(() => spans().map(({ name }) => name)).toEqual(expect.arrayContaining(names));
    const chain = names.map((name) => spans().find((span) => span.name === name));
    for (const [index, span] of chain.entries())
      if (index > 0) expect(span?.parentSpanId).toBe(chain[index - 1]?.spanId);
    expect(new Set(chain.map((span) => span?.node)).size).toBe(2);
  });

  it("does jobs, each image once, and tells of it in order", async (context) => {
    if (!cluster) return context.skip("no database");
    const accepted: Accepted[] = [];
    for (let job = 0; job < 10; job++) accepted.push({ id: (await client.create(golden)).id, images: golden });
    const ids = await Promise.all(accepted.map(async ({ id }) => (await client.finished(id)).id));
    expect(await expectAllDone(client, accepted, ids)).toBe(0);
    await expectWholeLog(client, accepted);
    await expectCountedActivity(client);
  });

  it("restarts every node in turn under load without an error", { timeout: 120_000 }, async (context) => {
    if (!cluster) return context.skip("no database");
    const { nodes } = cluster;
    /** How many nodes that are there offer the service. */
    const offering = async (service: string) => {
      const { body } = await client.get<{ items: Node[] }>("/v1/nodes");
      return body.items.filter(({ state, services }) => state === "online" && services.includes(service)).length;
    };
    const failures: unknown[] = [];
    let isOver = false;
    let answered = 0;
    const load = (async () => {
      while (!isOver) {
        const answer = await client
          .post("/process", form(golden))
          .catch((error: unknown) => ({ status: 0, body: error }));
        if (answer.status === 200) answered++;
        else failures.push(answer.body);
        await pace();
      }
    })();
    // The gateway has no other beside it here: two of them are restarted in `faults.test.ts`.
    for (const node of nodes.filter(({ name }) => name !== "api")) {
      const before = answered;
      expect(await node.restart(), node.name).toBe(0);
      const service = node.name.startsWith("jobs") ? "jobs" : "detector";
      await expect.poll(() => offering(service)).toBe(2);
      await expect.poll(() => answered).toBeGreaterThan(before);
    }
    isOver = true;
    await load;
    expect(failures).toEqual([]);
  });
});
