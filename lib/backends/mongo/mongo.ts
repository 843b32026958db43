/**
 * The cluster's data in MongoDB: jobs, webhooks, leader leases, sessions, encodings and collections. Uses only
 * operations that FerretDB supports.
 */
import { MongoClient, type MongoClientOptions } from "mongodb";
import type { ActivityHistory } from "../../ports/activity-history.ts";
import type { ActivityStore } from "../../ports/activity-store.ts";
import type { AuditStore } from "../../ports/audit-store.ts";
import type { CollectionStore } from "../../ports/collection-store.ts";
import type { EncodingCache } from "../../ports/encoding-cache.ts";
import type { ErasureStore } from "../../ports/erasure-store.ts";
import type { JobStore } from "../../ports/job-store.ts";
import type { KeyStore } from "../../ports/key-store.ts";
import type { LeaderLeases } from "../../ports/leader-leases.ts";
import type { OwnerData } from "../../ports/owner-data.ts";
import type { RateCounters } from "../../ports/rate-counters.ts";
import type { ReaderPositions } from "../../ports/reader-positions.ts";
import type { SessionStore } from "../../ports/session-store.ts";
import type { UploadReservations } from "../../ports/upload-reservations.ts";
import type { WebhookSecretStore } from "../../ports/webhook-secret-store.ts";
import type { WebhookStore } from "../../ports/webhook-store.ts";
import { StartFailure } from "../../start-failure.ts";
import { MongoActivityHistory } from "./activity-history.ts";
import { MongoActivityStore } from "./activity-store.ts";
import { MongoAdapter } from "./adapter.ts";
import { MongoAuditStore } from "./audit-store.ts";
import { failWritesToClosedConnections } from "./closed-connections.ts";
import { MongoCollectionStore } from "./collection-store.ts";
import { claimDataVersion } from "./data-version.ts";
import { MongoEncodingCache } from "./encoding-cache.ts";
import { MongoErasureStore } from "./erasure-store.ts";
import { atStart, withRetries } from "./failure.ts";
import { moveFormerImages } from "./former-images.ts";
import { ensureIndexes } from "./indexes.ts";
import { MongoJobStore } from "./job-store.ts";
import { MongoKeyStore } from "./key-store.ts";
import { MongoLeaderLeases } from "./leader-leases.ts";
import { MongoOwnerData } from "./owner-data.ts";
import { MongoRateCounters } from "./rate-counters.ts";
import { MongoReaderPositions } from "./reader-positions.ts";
import { MongoSessionStore } from "./session-store.ts";
import { requireRestored } from "./unfinished-restore.ts";
import { MongoUploadReservations } from "./upload-reservations.ts";
import { MongoWebhookSecretStore } from "./webhook-secret-store.ts";
import { MongoWebhookStore } from "./webhook-store.ts";

export interface MongoOptions {
  /** Name of the database, unless the URL has one. */
  readonly database?: string;
}

export interface MongoBackends {
  readonly store: JobStore;
  readonly activity: ActivityStore;
  readonly history: ActivityHistory;
  readonly webhooks: WebhookStore;
  readonly webhookSecrets: WebhookSecretStore;
  readonly readerPositions: ReaderPositions;
  readonly leaderLeases: LeaderLeases;
  readonly sessions: SessionStore;
  readonly keys: KeyStore;
  readonly encodings: EncodingCache;
  readonly collections: CollectionStore;
  readonly erasures: ErasureStore;
  readonly ownerData: OwnerData;
  readonly audit: AuditStore;
  readonly rateCounters: RateCounters;
  readonly uploads: UploadReservations;
  /** The server's clock, in milliseconds since 1970. @throws STORE_UNAVAILABLE */
  databaseTime(): Promise<number>;
  close(): Promise<void>;
}

const DEFAULT_DATABASE = "sightline";
/** The pattern excludes a path in the query, such as that of a certificate. */
const NAMED_DATABASE = /^mongodb(?:\+srv)?:\/\/[^/?]*\/([^?]+)/;
/** How long to wait for a server: long enough for its restart, short enough for a waiting client. */
const SERVER_WITHIN_MS = 5_000;
/** How long to wait for an answer: longer than any of our operations takes. */
const ANSWER_WITHIN_MS = 30_000;

/** The name of the database. @param otherwise The name if the URL has none. */
export function databaseOf(url: string, otherwise: string): string {
  return NAMED_DATABASE.exec(url)?.[1] ?? otherwise;
}

/**
 * Guarantees of acknowledged changes and of reads, whatever the URL says: changes are in the journals of a majority of
 * the servers, so no election undoes them, and reads return only such data.
 */
function optionsFor(url: string): MongoClientOptions {
  return {
    writeConcern: { w: "majority" },
    // Set here and not in the write concern, where the URL's option would override it.
    journal: true,
    readConcernLevel: "majority",
    readPreference: "primary",
    // We retry writes ourselves; the driver's retries need a replica set.
    ...(!url.includes("retryWrites=") && { retryWrites: false }),
  };
}

/** A connection to a database that has its indexes. */
export interface MongoConnection {
  readonly client: MongoClient;
  readonly database: string;
}

/** Connects as `connectMongo` does, and opens the ports. */
export async function openMongo(url: string, options?: MongoOptions): Promise<MongoBackends> {
  return backendsOver(await connectMongo(url, options));
}

/**
 * Connects, and creates missing indexes.
 * @throws STORE_UNAVAILABLE; STORE_CORRUPT if a newer version has written the data; StartFailure if the URL cannot be
 *   read, the database refuses something, or a backup was restored only in part
 */
export async function connectMongo(
  url: string,
  { database = DEFAULT_DATABASE }: MongoOptions = {},
): Promise<MongoConnection> {
  failWritesToClosedConnections();
  const client = clientFor(url, {
    appName: "sightline",
    serverSelectionTimeoutMS: SERVER_WITHIN_MS,
    connectTimeoutMS: SERVER_WITHIN_MS,
    waitQueueTimeoutMS: SERVER_WITHIN_MS,
    socketTimeoutMS: ANSWER_WITHIN_MS,
  });
  const name = databaseOf(url, database);
  try {
    await client.connect();
    await requireRestored(client.db(name));
    await claimDataVersion(new MongoAdapter(client, name, "dataVersion"));
    await ensureIndexes(client.db(name));
    await moveFormerImages(new MongoAdapter(client, name, "images"), new MongoAdapter(client, name, "parcels"));
  } catch (error) {
    await client.close();
    throw atStart(error, url);
  }
  return { client, database: name };
}

/** The ports over a connection. Their state in memory is new, such as the parcels that a node remembers. */
export function backendsOver({ client, database }: MongoConnection): MongoBackends {
  const collection = (of: string) => new MongoAdapter(client, database, of);
  return {
    store: new MongoJobStore(collection),
    activity: new MongoActivityStore(collection("activity")),
    history: new MongoActivityHistory(collection("activityHistory")),
    webhooks: new MongoWebhookStore(collection),
    webhookSecrets: new MongoWebhookSecretStore(collection),
    readerPositions: new MongoReaderPositions(collection("readerPositions")),
    leaderLeases: new MongoLeaderLeases(collection("leader-leases")),
    sessions: new MongoSessionStore(collection),
    keys: new MongoKeyStore(collection),
    encodings: new MongoEncodingCache(collection),
    collections: new MongoCollectionStore(collection),
    erasures: new MongoErasureStore(collection),
    ownerData: new MongoOwnerData(collection),
    audit: new MongoAuditStore(collection),
    rateCounters: new MongoRateCounters(collection),
    uploads: new MongoUploadReservations(collection),
    async databaseTime() {
      // The command has its older name, which every server knows.
      const { localTime } = await withRetries(() => client.db(database).command({ isMaster: 1 }));
      return (localTime as Date).getTime();
    },
    close: () => client.close(),
  };
}

/** @throws StartFailure, without the driver's message, which may contain a part of the password. */
export function clientFor(url: string, limits: MongoClientOptions): MongoClient {
  try {
    return new MongoClient(url, { ...limits, ...optionsFor(url) });
  } catch {
    throw new StartFailure(
      "MONGO_URL cannot be read. Its form is mongodb://user:password@host:port/database?option=value, with the options of MongoDB's driver. In the user and the password, write @ as %40, : as %3A, / as %2F, ? as %3F and # as %23.",
    );
  }
}
