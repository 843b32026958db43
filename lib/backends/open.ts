import { config } from "../config.ts";
import { type Failure, isFailure } from "../errors.ts";
import type { Backends } from "../ports/backends.ts";
import { StartFailure } from "../start-failure.ts";

/** Where the backends report messages for an operator. */
export interface BackendLogger {
  warn(message: string): void;
  error(message: string): void;
}

let opened: Promise<Backends> | undefined;
let users = 0;

/**
 * The backends of this process, opened once and shared by its services. Each service must close them once for each time
 * that it opened them.
 * @throws StartFailure
 */
export async function openBackends(logger: BackendLogger): Promise<Backends> {
  opened ??= open(logger).catch((error) => {
    throw isFailure(error) ? new StartFailure(error.message) : error;
  });
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

async function open(logger: BackendLogger): Promise<Backends> {
  const backends = await openStores(logger);
  if (config.blobStore !== "s3") return backends;
  try {
    const { openS3 } = await import("./s3/s3.ts");
    const { blobs, close: closeS3 } = await openS3(config, (notice) => logger.warn(notice));
    const close = async () => {
      await backends.close();
      await closeS3();
    };
    return { ...backends, blobs, close };
  } catch (error) {
    await backends.close();
    throw error;
  }
}

/** Imports only what is needed: a single node needs no drivers. */
async function openStores(logger: BackendLogger): Promise<Backends> {
  const onNotice = (notice: string) => logger.warn(notice);
  const { mongoUrl, natsUrl, leaseMs, clusterName: prefix } = config;
  if (!mongoUrl) {
    const { openEmbedded } = await import("./embedded.ts");
    return openEmbedded({ folder: config.dataDir, leaseMs, onNotice });
  }
  const { openCluster } = await import("./cluster.ts");
  const { streamReplicas: replicas, imageMaxAgeMs: blobMaxAgeMs } = config;
  const onOldServer = ({ message }: Failure) => logger.error(message);
  const options = { prefix, leaseMs, replicas, blobMaxAgeMs, onNotice, onOldServer };
  return openCluster({ mongoUrl, natsUrl, natsFiles: config, ...options });
}

async function release(backends: Backends): Promise<void> {
  users--;
  if (users > 0) return;
  opened = undefined;
  await backends.close();
}
