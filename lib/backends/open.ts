import { config } from "../config.ts";
import type { Backends } from "../ports/backends.ts";
import { openEmbedded } from "./embedded/backends.ts";

let opened: Promise<Backends> | undefined;
let users = 0;

/**
 * The backends of this process, opened once for all of its services. Each service that opens them closes them.
 * @throws STORE_LOCKED, STORE_CORRUPT, STORAGE_FULL
 */
export async function openBackends(onNotice: (notice: string) => void): Promise<Backends> {
  opened ??= openEmbedded({ folder: config.dataDir, leaseMs: config.leaseMs, onNotice });
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

async function release(backends: Backends): Promise<void> {
  users--;
  if (users > 0) return;
  opened = undefined;
  await backends.close();
}
