import type { Middleware, ServiceBroker } from "moleculer";

const POLL_MS = 500;

/**
 * Stops the node as SIGTERM does when its supervisor is gone. A killed supervisor cannot forward signals, and its node
 * would run forever and occupy the port.
 * @param pid Process id of the supervisor; 0 if there is none.
 */
export function stopWithSupervisor(pid: number): Middleware {
  let timer: NodeJS.Timeout | undefined;
  return {
    name: "StopWithSupervisor",
    created(broker: ServiceBroker) {
      // Inherited from an ancestor: not this process's supervisor.
      if (process.ppid !== pid) return;
      timer = setInterval(() => {
        if (process.ppid === pid) return;
        clearInterval(timer);
        broker.getLogger("sightline").warn({ supervisorPid: pid }, "The supervisor is gone, so the service stops");
        process.kill(process.pid, "SIGTERM");
      }, POLL_MS);
      timer.unref();
    },
    async stopped() {
      clearInterval(timer);
    },
  };
}
