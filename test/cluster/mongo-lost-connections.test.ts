/** All connections to the database are lost at once, as when a network or a proxy fails. */
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { openMongo } from "../../lib/backends/mongo/mongo.ts";
import { isErrorCode } from "../../lib/errors.ts";
import { startLink } from "../support/link.ts";
import { useMongoServers } from "../support/mongo-servers.ts";

const READERS = 20;
const servers = await useMongoServers();

describe.each(servers)("$name", (mongo) => {
  test.each(["delay", "drop", "close"] as const)(
    "is used again after a link fails: %s",
    async (how) => {
      const link = await startLink(mongo.url);
      const { store, close } = await openMongo(`mongodb://127.0.0.1:${link.port}/?directConnection=true`);
      let reads = 0;
      let isOver = false;
      const reading = Array.from({ length: READERS }, async () => {
        while (!isOver) {
          await store.getJob("none").then(() => reads++, expectKnown);
          await sleep(5);
        }
      });
      const more = (count: number) => expect.poll(() => reads).toBeGreaterThan(reads + count);
      await more(10 * READERS);
      for (let times = 0; times < 3; times++) {
        await link.interrupt(how, 500);
        await more(10 * READERS);
      }
      isOver = true;
      // None of them waits for an answer that cannot come.
      await Promise.all(reading);
      await close();
      await link.close();
    },
    120_000,
  );
});

function expectKnown(error: { readonly type?: unknown }): void {
  expect(isErrorCode(error.type), String(error)).toBe(true);
}
