/** A stop does not wait for the last part of an erasure, in which the database is written anew and takes no changes. */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, it } from "vitest";
import { ADMIN_KEY, asAdmin, KeyClient } from "../support/key-client.ts";
import { startService, temporaryFolder } from "../support/service.ts";
import { childrenOf } from "../support/supervised.ts";

it("answers the requests that waited for it, and the next start goes on with it", async () => {
  const dataDir = temporaryFolder();
  const environment = { DATA_DIR: dataDir, ADMIN_KEY, SHUTDOWN_TIMEOUT_MS: "6000" };
  const service = await startService(environment);
  const client = new KeyClient(service.url);
  const { id } = await client.key();
  // Keeps the process that is to write the database anew from emptying the log, as a backup would: it
  // waits a second for it.
  const reader = new DatabaseSync(join(dataDir, "sightline.db"), { readOnly: true });
  reader.exec("BEGIN; SELECT count(*) FROM client_keys");
  const erasing = client.postJson("/v1/erasures", { key: id }, asAdmin);
  // Stopped before it has begun its program, the process would make the service wait for that.
  const hasBegun = (pid: number) => readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("vacuum.process");
  const hang = () =>
    childrenOf(service.process)
      .filter(hasBegun)
      .map((pid) => process.kill(pid, "SIGSTOP"));
  await expect.poll(hang).toEqual([true]);
  const creating = client.createKey();
  await client.get("/ping");
  const stopped = service.stop();
  const [erasure, created] = await Promise.all([erasing, creating]);
  expect([erasure.status, erasure.body.state, created.status]).toEqual([202, "running", 201]);
  expect(await stopped).toBe(0);
  reader.close();
  const next = await startService(environment);
  const later = new KeyClient(next.url);
  await expect.poll(async () => (await later.get(`/v1/erasures/${erasure.body.id}`)).body.state).toBe("done");
  expect((await later.get("/v1/keys", asAdmin)).body.items).toMatchObject([{ id: created.body.id }]);
  await next.stop();
  rmSync(dataDir, { recursive: true });
});
