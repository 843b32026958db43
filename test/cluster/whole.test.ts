/** The service on NATS and MongoDB as its users see it. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { golden, JobClient } from "../support/job-client.ts";
import { type Accepted, expectAllDone, expectWholeLog } from "../support/outcomes.ts";
import { logs, type SupervisedCluster, startSupervisedCluster } from "../support/supervised-cluster.ts";

let cluster: SupervisedCluster | undefined;
let client: JobClient;
beforeAll(async () => {
  cluster = await startSupervisedCluster();
  if (cluster) client = new JobClient(cluster.url);
}, 600_000);
afterAll(() => cluster?.stop(), 60_000);

describe("a cluster", () => {
  it("answers at once, exactly", async (context) => {
    if (!cluster) return context.skip("no database");
    const { status, body } = await client.post("/process", (await import("../support/job-client.ts")).form(golden));
    expect(status).toBe(200);
    expect(body.images.map(({ faces }: { faces: unknown }) => faces)).toEqual(golden.map(({ faces }) => faces));
  });

  it("does jobs, each image once, and tells of it in order", { timeout: 60_000 }, async (context) => {
    if (!cluster) return context.skip("no database");
    const accepted: Accepted[] = [];
    for (let job = 0; job < 10; job++) accepted.push({ id: (await client.create(golden)).id, pictures: golden });
    const finished = await Promise.all(accepted.map(({ id }) => client.finished(id)));
    console.log(logs(cluster.nodes));
    expect(
      await expectAllDone(
        client,
        accepted,
        finished.map(({ id }) => id),
      ),
    ).toBe(0);
    await expectWholeLog(client, accepted);
  });
});
