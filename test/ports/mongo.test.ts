import { randomUUID } from "node:crypto";
import type { Document } from "mongodb";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { indexes } from "../../lib/backends/mongo/indexes.ts";
import {
  backendsOver,
  connectMongo,
  type MongoBackends,
  type MongoConnection,
  openMongo,
} from "../../lib/backends/mongo/mongo.ts";
import { planOf, type Query, queriesOf } from "../support/mongo-plans.ts";
import type { MongoServer } from "../support/mongo-server.ts";
import { useMongoServers, withOptions } from "../support/mongo-servers.ts";
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

/** Commands that the tests on a server have sent. */
const sent = new Map<string, Document[]>();

/**
 * All tests have one database, emptied after each, and one connection: to make the indexes, or to see that they are
 * there, costs more than most tests. Each has adapters of its own.
 */
function openerOn({ name, url }: MongoServer): <Port>(select: Select<Port>) => () => Promise<OpenedByNodes<Port>> {
  const database = `ports-${randomUUID()}`;
  let connection: MongoConnection;
  beforeAll(async () => {
    connection = await connectMongo(withOptions(url, "monitorCommands=true"), { database });
    const commands: Document[] = [];
    connection.client.on("commandStarted", ({ command }) => void commands.push(command));
    sent.set(name, commands);
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

  describe("MongoDB, asked for all that these tests ask for,", () => {
    const planned = () =>
      (sent.get(server.name) ?? [])
        .flatMap(queriesOf)
        .filter(({ collection }) => collection in indexes)
        .map((query) => ({ ...query, plan: planOf(query, indexes[query.collection] ?? []) }));
    const textsOf = (queries: readonly Query[]) => [
      ...new Set(
        queries.map(({ collection, filter, sort }) =>
          [collection, ...Object.keys(filter), "by", ...Object.keys(sort)].join(" "),
        ),
      ),
    ];

    test("reads no whole collection", () => {
      const asked = planned();
      expect(textsOf(asked).length).toBeGreaterThan(100);
      const isAll = ({ filter }: Query) => Object.keys(filter).length === 0;
      expect(textsOf(asked.filter((query) => query.plan.fields.length === 0 && !isAll(query)))).toEqual([]);
    });

    test("sorts nothing", () => {
      expect(textsOf(planned().filter(({ plan }) => plan.sorts))).toEqual([]);
    });

    test("reads no jobs and no parcels to count them", () => {
      const isCount = ({ collection, fields }: Query) =>
        ["jobs", "parcels"].includes(collection) && fields?.includes("_id") === false;
      const reading = planned().filter((query) => isCount(query) && query.filter.owner !== null && query.plan.fetches);
      // Those that keep images for an account, if there is a limit; and those of an erasure.
      expect(textsOf(reading).toSorted()).toEqual(["jobs keptFor $or by", "parcels jobId owner by"]);
    });

    test("reads no webhooks of owners and receivers that are busy", () => {
      const asked = planned().filter(({ filter }) => "origin" in filter);
      const free = "webhookLines dueAt _id owner origin";
      expect(textsOf(asked).toSorted()).toEqual([`${free} $nor by dueAt first`, `${free} by dueAt first`]);
      for (const { plan } of asked) expect(plan.fields).toEqual(expect.arrayContaining(["origin", "owner"]));
    });

    test("reads nothing of other owners for one", () => {
      const isOfOne = ({ filter: { owner } }: Query) => owner === null || typeof owner === "string";
      const asked = planned().filter((query) => isOfOne(query) && !query.plan.fields.includes("owner"));
      // The server either sorts those of the owner or reads all in their order.
      expect(textsOf(asked.filter(({ sort }) => !("priority" in sort)))).toEqual([]);
    });
  });
});
