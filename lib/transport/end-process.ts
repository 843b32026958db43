import { setTimeout as sleep } from "node:timers/promises";
import type { ServiceBroker } from "moleculer";

/** Time for recent answers to reach their sockets. */
const FLUSH_MS = 100;
const GOODBYE_MS = 250;

/**
 * Ends the process at once, whatever its threads do: an orderly exit would wait for native code. Notifies the other
 * nodes first, so that they need not wait for missed heartbeats.
 */
export async function endProcess({ transit }: ServiceBroker): Promise<never> {
  await sleep(FLUSH_MS);
  await Promise.race([transit?.disconnect(), sleep(GOODBYE_MS)]).catch(() => {});
  process.kill(process.pid, "SIGKILL");
  // Reached only as PID 1 of a container, to which the kernel does not deliver its own SIGKILL.
  process.abort();
}
