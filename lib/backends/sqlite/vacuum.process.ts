/**
 * Process that runs SQLite's VACUUM on the database that its argument names, reports how it ended, and waits for
 * its own end. SQLite cannot be interrupted by a program that uses it through Node, and a thread in the middle of
 * it cannot be ended, but a process can. The work is done by a thread of it, so that its main thread notices the
 * end of the service.
 */
import { Worker } from "node:worker_threads";
import type { VacuumOutcome } from "./vacuum.ts";

// Only the service ends this process. It ignores signals to the process group, such as a terminal's Ctrl-C.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP", "SIGQUIT"] as const) process.on(signal, () => {});
// The service is gone, and the next one needs the database. An orderly exit would wait for the thread.
process.on("disconnect", () => process.kill(process.pid, "SIGKILL"));

const worker = new Worker(new URL("./vacuum.worker.ts", import.meta.url), { workerData: process.argv[2] });
worker.once("message", (outcome: VacuumOutcome) => process.send?.(outcome));
