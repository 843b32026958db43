import { config } from "../config.ts";
import type { Backends } from "../ports/backends.ts";

type OnNotice = (notice: string) => void;

let opened: Promise<Backends> | undefined;
let users = 0;

/**
 * The backends of this process, opened once and shared by its services. Each service must close what it opened.
 * @throws STORE_LOCKED, STORE_CORRUPT, STORAGE_FULL
 */
export async function openBackends(onNotice: OnNotice): Promise<Backends> {
  opened ??= open(onNotice);
  users++;
  try {
    const backends = await opened;
    return { ...backends, close: () => release(backends) };
  } catch (error) {
    users--;
    opened = undefined;
    throw error;
  }
}

/** Imports only what is needed: a single node needs no drivers. */
async function open(onNotice: OnNotice): Promise<Backends> {
  const { mongoUrl, natsUrl, leaseMs, clusterName: prefix } = config;
  if (!mongoUrl) {
    const { openEmbedded } = await import("./embedded.ts");
    return openEmbedded({ folder: config.dataDir, leaseMs, onNotice });
  }
  const { openCluster } = await import("./cluster.ts");
  const { streamReplicas: replicas, imageMaxAgeMs: blobMaxAgeMs } = config;
  return openCluster({ mongoUrl, natsUrl, prefix, leaseMs, replicas, blobMaxAgeMs, onNotice });
}

async function release(backends: Backends): Promise<void> {
  users--;
  if (users > 0) return;
  opened = undefined;
  await backends.close();
}
