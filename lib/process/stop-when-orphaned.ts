import { rmdirSync } from "node:fs";
import type { Middleware, ServiceBroker } from "moleculer";

const POLL_MS = 500;

/**
 * Stops the node as SIGTERM does when its supervisor is gone. A killed supervisor cannot forward signals, and its node
 * would run forever and occupy the port.
 * @param pid Process id of the supervisor; 0 if there is none.
 * @param folder Made by the supervisor for the socket of its processes. The last of these removes it in its place.
 */
export function stopWithSupervisor(pid: number, folder: string | undefined): Middleware {
  let timer: NodeJS.Timeout | undefined;
  let isOrphaned = false;
  return {
    name: "StopWithSupervisor",
    created(broker: ServiceBroker) {
      // The variable was inherited from an ancestor, whose supervisor does not supervise this process. One that is gone
      // may have ended while this process started.
      if (pid === 0 || (process.ppid !== pid && isRunning(pid))) return;
      timer = setInterval(() => {
        if (process.ppid === pid) return;
        clearInterval(timer);
        isOrphaned = true;
        broker.getLogger("sightline").warn({ supervisorPid: pid }, "The supervisor is gone, so the service stops");
        process.kill(process.pid, "SIGTERM");
      }, POLL_MS);
      timer.unref();
    },
    async stopped() {
      clearInterval(timer);
      if (isOrphaned && folder) removeEmpty(folder);
    },
  };
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== "ESRCH";
  }
}

function removeEmpty(folder: string): void {
  try {
    rmdirSync(folder);
  } catch {
    // Another process has removed it, or still has its socket there.
  }
}
