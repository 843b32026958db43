/** Keys of a service of several processes, of which one has the data. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { bearer, KeyClient } from "../support/key-client.ts";
import { type Supervised, supervise } from "../support/supervised.ts";

let service: Supervised;
beforeAll(async () => {
  service = await supervise(["services/**/*.service.ts"], { PROCESSES: "3", THREADS: "3", AUTH: "keys" });
});
afterAll(() => service.stop());

const printed = () => Array.from(service.log().matchAll(/admin key .*: (sl_\S+)$/gm), ([, key = ""]) => key);

it("are made once, valid in all processes, and revoked in all", async () => {
  await service.ready();
  await expect.poll(printed).toHaveLength(1);
  expect(service.log().match(/requests need a key/g)).toHaveLength(1);
  const client = new KeyClient(service.url);
  const admin = bearer(printed()[0] as string);
  const { body } = await client.postJson("/v1/keys", { name: "a", scopes: ["jobs"] }, admin);
  /** The kernel spreads new connections over the processes. */
  const statuses = async () => {
    const asked = Array.from({ length: 24 }, () =>
      client.get("/v1/jobs", { ...bearer(body.key), Connection: "close" }),
    );
    return new Set((await Promise.all(asked)).map(({ status }) => status));
  };
  expect(await statuses()).toEqual(new Set([200]));
  expect((await client.send("DELETE", `/v1/keys/${body.id}`, { headers: admin })).status).toBe(204);
  await expect.poll(statuses).toEqual(new Set([401]));
  expect(printed()).toHaveLength(1);
});
