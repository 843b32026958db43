import type { Backends } from "../ports/backends.ts";
import { RetentionClock } from "../time/retention-clock.ts";
import { type JetStreamOptions, openJetStream } from "./jetstream/jetstream.ts";
import { openMongo } from "./mongo/mongo.ts";
import { whenThere } from "./when-there.ts";

export interface ClusterOptions extends JetStreamOptions {
  readonly mongoUrl: string;
  readonly natsUrl: string;
  /** Name of the database, unless the URL has one, and prefix of the streams. */
  readonly prefix: string;
  /** Called with a sentence that says why the node is not ready yet, why tasks wait, or that a clock is wrong. */
  readonly onNotice: (notice: string) => void;
}

/**
 * All ports over MongoDB and NATS. Waits for both, so they may start in any order.
 * @throws NATS_TOO_OLD
 */
export async function openCluster({ mongoUrl, natsUrl, onNotice, ...options }: ClusterOptions): Promise<Backends> {
  const {
    close: closeMongo,
    databaseTime,
    ...ofMongo
  } = await whenThere("MongoDB", onNotice, () => openMongo(mongoUrl, { database: options.prefix }));
  const { close: closeNats, ...ofNats } = await whenThere("NATS", onNotice, () =>
    openJetStream(natsUrl, { ...options, onNotice }),
  ).catch(async (error) => {
    await closeMongo();
    throw error;
  });
  const close = async () => {
    await closeNats();
    await closeMongo();
  };
  const wallClocks = async () => [Date.now(), await databaseTime()];
  const retentionClock = new RetentionClock({ wallClocks, onNotice });
  return { ...ofMongo, ...ofNats, retentionClock, isShared: true, close };
}
