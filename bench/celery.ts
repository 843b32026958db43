/**
 * Detection by Celery (`celery_app.py`), with RabbitMQ and Redis from Debian (`rabbitmq-server` and `redis-server`,
 * whose own services need not run) and a worker for each core.
 */
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { cascadePath } from "../test/support/opencv.ts";
import { freePort } from "../test/support/service.ts";

/** The program behind Debian's `rabbitmq-server`, which would change the user and lose the environment. */
const RABBITMQ = "/usr/lib/rabbitmq/bin/rabbitmq-server";

export interface CeleryWorkers {
  /** Seconds from the first task sent to the last result read. */
  run(paths: readonly string[]): number;
  stop(): Promise<void>;
}

/**
 * @param python A Python with `celery[redis]` 5 and `opencv-python-headless` 4.
 * @param folder A folder for the data of the servers.
 */
export async function startCelery(python: string, folder: string): Promise<CeleryWorkers> {
  const [broker, distribution, names, results] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const home = join(folder, "rabbitmq");
  mkdirSync(home);
  const env = {
    ...process.env,
    CASCADE: cascadePath,
    BROKER: `amqp://guest:guest@127.0.0.1:${broker}//`,
    RESULTS: `redis://127.0.0.1:${results}/0`,
    HOME: home,
    RABBITMQ_NODENAME: `bench-${broker}@localhost`,
    RABBITMQ_NODE_PORT: String(broker),
    RABBITMQ_NODE_IP_ADDRESS: "127.0.0.1",
    RABBITMQ_DIST_PORT: String(distribution),
    ERL_EPMD_PORT: String(names),
    RABBITMQ_MNESIA_BASE: home,
    RABBITMQ_LOG_BASE: home,
  };
  const children: ChildProcess[] = [
    spawn(RABBITMQ, { env, stdio: "ignore", detached: true }),
    spawn("redis-server", ["--port", String(results), "--bind", "127.0.0.1", "--dir", folder], { stdio: "ignore" }),
  ];
  const celery = ["-m", "celery", "--workdir", import.meta.dirname, "--app", "celery_app"];
  const ping = () => execFileSync(python, [...celery, "inspect", "ping", "--timeout", "5"], { env, stdio: "ignore" });
  children.push(
    spawn(python, [...celery, "worker", "--concurrency", String(availableParallelism()), "--loglevel", "error"], {
      env,
      stdio: ["ignore", "ignore", "inherit"],
    }),
  );
  for (let tries = 0; ; tries++) {
    try {
      ping();
      break;
    } catch (error) {
      if (tries === 20) throw error;
      await sleep(1_000);
    }
  }
  return {
    run(paths) {
      const program = join(import.meta.dirname, "celery_app.py");
      return Number(execFileSync(python, [program], { env, input: paths.join("\n"), encoding: "utf8" }));
    },
    async stop() {
      const [rabbit, ...others] = children as [ChildProcess, ...ChildProcess[]];
      const ended = Promise.all(children.map((child) => once(child, "exit")));
      for (const child of others) child.kill("SIGTERM");
      // The scripts do not forward the signal, so the process group gets it.
      process.kill(-(rabbit.pid as number), "SIGTERM");
      await ended;
      execFileSync("epmd", ["-port", String(names), "-kill"], { stdio: "ignore" });
    },
  };
}
