import type { Middleware } from "moleculer";

const POLL_MS = 500;

/**
 * Stops the node, as SIGTERM does, when the process that started it is gone: killed, it could not hand on any signal,
 * and its node would go on for ever and hold the port.
 * @param pid Of that process; 0 where nobody keeps the node running.
 */
export function stopWithSupervisor(pid: number): Middleware {
  let timer: NodeJS.Timeout | undefined;
  return {
    name: "StopWithSupervisor",
    created() {
      // Inherited from further up: not the supervisor of this process.
      if (process.ppid !== pid) return;
      timer = setInterval(() => {
        if (process.ppid === pid) return;
        clearInterval(timer);
        process.kill(process.pid, "SIGTERM");
      }, POLL_MS);
      timer.unref();
    },
    async stopped() {
      clearInterval(timer);
    },
  };
}
