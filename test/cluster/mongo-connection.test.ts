/** What options of `MONGO_URL` can and cannot change, by the commands that reach the server. */
import { randomUUID } from "node:crypto";
import type { Document } from "mongodb";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { backendsOver, connectMongo, type MongoConnection } from "../../lib/backends/mongo/mongo.ts";
import { queued } from "../ports/sample-jobs.ts";
import { useMongoServers, withOptions } from "../support/mongo-servers.ts";

const servers = await useMongoServers();

const WEAK = ["w=0", "w=1", "journal=false", "w=1&journal=false", "readConcernLevel=local", "readPreference=secondary"];

describe.each(servers)("on $name", (mongo) => {
  let connection: MongoConnection;
  let commands: Document[];
  const connect = async (options: string) => {
    connection = await connectMongo(withOptions(mongo.url, `monitorCommands=true&${options}`), { database });
    connection.client.on("commandStarted", ({ command }) => void commands.push(command));
    return backendsOver(connection);
  };
  let database: string;
  beforeEach(() => {
    database = `test-${randomUUID()}`;
    commands = [];
  });
  afterEach(async () => {
    await connection.client.db(database).dropDatabase();
    await connection.client.close();
  });

  test.each(WEAK)("%s weakens no change and no read", async (options) => {
    const { store } = await connect(options);
    await store.insertJob(queued("a"), []);
    expect(await store.getJob("a")).toMatchObject({ id: "a" });
    const writeConcern = { w: "majority", j: true };
    expect(commands).toContainEqual(expect.objectContaining({ insert: "jobs", writeConcern }));
    const read = commands.find(({ find }) => find === "jobs");
    expect(read).toMatchObject({ readConcern: { level: "majority" } });
    // The driver names a preference only if it is another than the primary, or the server is connected to directly.
    expect(read?.$readPreference?.mode ?? "primary").not.toBe("secondary");
  });

  test("only the counters of rate limits are acknowledged by one server", async () => {
    const { rateCounters } = await connect("");
    const take = () => rateCounters.take({ name: "n", points: 1, limit: 9, windowMs: 60_000 });
    expect(await take()).toMatchObject({ granted: 1, left: 8 });
    expect(await take()).toMatchObject({ granted: 1, left: 7 });
    expect(commands.map((command) => Object.keys(command)[0])).toContain("insert");
    for (const { writeConcern } of commands) expect(writeConcern).toEqual({ w: 1, j: false });
  });
});
