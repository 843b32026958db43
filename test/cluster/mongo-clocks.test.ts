/** What nodes whose clocks are wrong leave in MongoDB for the others. */
import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { backendsOver, connectMongo, type MongoConnection } from "../../lib/backends/mongo/mongo.ts";
import { useMongoServers } from "../support/mongo-servers.ts";

const servers = await useMongoServers();
const MINUTE = 60_000;
const DAY = 86_400_000;

describe.each(servers)("on $name", ({ url }) => {
  let connection: MongoConnection;
  beforeEach(async () => {
    connection = await connectMongo(url, { database: `test-${randomUUID()}` });
  });
  afterEach(async () => {
    vi.restoreAllMocks();
    await connection.client.db(connection.database).dropDatabase();
    await connection.client.close();
  });

  test("room that an upload reserved by a clock a day ahead is not taken for a day, if its gateway died", async () => {
    const { uploads } = backendsOver(connection);
    const startedAt = Date.now();
    const reserve = async (id: string, aheadMs: number) => {
      vi.spyOn(Date, "now").mockReturnValue(startedAt + aheadMs);
      const bytes = await uploads.reserve({ id, account: "a", bytes: 10 });
      vi.restoreAllMocks();
      return bytes;
    };
    expect(await reserve("of a gateway that died", DAY)).toBe(10);
    expect(await reserve("of one that is a minute ahead", MINUTE)).toBe(10);
    expect(await reserve("another", 0)).toBe(20);
  });

  test("a limit that was used up by a clock a day ahead is not so for a day", async () => {
    const { rateCounters } = backendsOver(connection);
    const startedAt = Date.now();
    const take = async (aheadMs: number) => {
      vi.spyOn(Date, "now").mockReturnValue(startedAt + aheadMs);
      const { granted } = await rateCounters.take({ name: "n", points: 3, limit: 3, windowMs: MINUTE });
      vi.restoreAllMocks();
      return granted;
    };
    expect(await take(DAY)).toBe(3);
    expect(await take(0)).toBe(0);
    // Clocks that differ less count one window.
    expect(await take(5 * MINUTE)).toBe(0);
    expect(await take(6 * MINUTE)).toBe(3);
  });
});
