import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe } from "vitest";
import {
  backendsOver,
  connectMongo,
  type MongoBackends,
  type MongoConnection,
  openMongo,
} from "../../lib/backends/mongo/mongo.ts";
import type { MongoServer } from "../support/mongo-server.ts";
import { useMongoServers } from "../support/mongo-servers.ts";
import { activityHistoryConformance } from "./activity-history.conformance.ts";
import { activityStoreConformance } from "./activity-store.conformance.ts";
import { auditStoreConformance } from "./audit-store.conformance.ts";
import { collectionStoreConformance } from "./collection-store.conformance.ts";
import { encodingCacheConformance } from "./encoding-cache.conformance.ts";
import { erasureStoreConformance } from "./erasure-store.conformance.ts";
import { jobStoreConformance } from "./job-store.conformance.ts";
import { jobStoreOwnersConformance } from "./job-store-owners.conformance.ts";
import { jobStoreQueriesConformance } from "./job-store-queries.conformance.ts";
import { keyStoreConformance } from "./key-store.conformance.ts";
import { leaderLeasesConformance } from "./leader-leases.conformance.ts";
import type { Opened } from "./opened.ts";
import { ownerDataConformance } from "./owner-data.conformance.ts";
import { rateCountersConformance } from "./rate-counters.conformance.ts";
import { readerPositionsConformance } from "./reader-positions.conformance.ts";
import { sessionStoreConformance } from "./session-store.conformance.ts";
import { uploadReservationsConformance } from "./upload-reservations.conformance.ts";
import { webhookSecretStoreConformance } from "./webhook-secret-store.conformance.ts";
import { webhookStoreConformance } from "./webhook-store.conformance.ts";

const servers = await useMongoServers();

/** Several nodes may open one database. */
interface OpenedByNodes<Port> extends Opened<Port> {
  another(): Promise<Port>;
}
type Select<Port> = (backends: MongoBackends) => Port;

/**
 * All tests have one database, emptied after each, and one connection: to make the indexes, or to see that they are there,
 * costs more than most tests. Each has adapters of its own.
 */
function openerOn({ url }: MongoServer): <Port>(select: Select<Port>) => () => Promise<OpenedByNodes<Port>> {
  const database = `ports-${randomUUID()}`;
  let connection: MongoConnection;
  beforeAll(async () => {
    connection = await connectMongo(url, { database });
  });
  afterAll(async () => {
    await connection.client.db(database).dropDatabase();
    await connection.client.close();
  });
  return (select) => async () => {
    const others: MongoBackends[] = [];
    const another = async () => {
      const opened = await openMongo(url, { database });
      others.push(opened);
      return select(opened);
    };
    return {
      port: select(backendsOver(connection)),
      reopen: another,
      another,
      async close() {
        for (const opened of others) await opened.close();
        for (const collection of await connection.client.db(database).collections()) await collection.deleteMany();
      },
    };
  };
}

describe.each(servers)("on $name", (server) => {
  const opener = openerOn(server);
  const store = opener((backends) => backends.store);
  jobStoreConformance("MongoDB", store);
  jobStoreQueriesConformance("MongoDB", store);
  // FerretDB takes documents of any size.
  jobStoreOwnersConformance("MongoDB", store, server.name !== "FerretDB");
  sessionStoreConformance(
    "MongoDB",
    opener(({ sessions }) => sessions),
  );
  keyStoreConformance(
    "MongoDB",
    opener(({ keys }) => keys),
  );
  encodingCacheConformance(
    "MongoDB",
    opener(({ encodings }) => encodings),
  );
  collectionStoreConformance(
    "MongoDB",
    opener(({ collections }) => collections),
  );
  activityHistoryConformance(
    "MongoDB",
    opener(({ history }) => history),
  );
  activityStoreConformance(
    "MongoDB",
    opener(({ activity }) => activity),
  );
  webhookStoreConformance(
    "MongoDB",
    opener(({ webhooks }) => webhooks),
  );
  webhookSecretStoreConformance(
    "MongoDB",
    opener(({ webhookSecrets }) => webhookSecrets),
  );
  auditStoreConformance(
    "MongoDB",
    opener(({ audit }) => audit),
  );
  uploadReservationsConformance(
    "MongoDB",
    opener(({ uploads }) => uploads),
  );
  rateCountersConformance(
    "MongoDB",
    opener(({ rateCounters }) => rateCounters),
  );
  readerPositionsConformance(
    "MongoDB",
    opener(({ readerPositions }) => readerPositions),
  );
  leaderLeasesConformance(
    "MongoDB",
    opener(({ leaderLeases }) => leaderLeases),
  );
  erasureStoreConformance(
    "MongoDB",
    opener(({ erasures }) => erasures),
  );
  ownerDataConformance(
    "MongoDB",
    opener((backends) => backends),
  );
});
