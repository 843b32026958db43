import { setTimeout as sleep } from "node:timers/promises";
import type { Logger, Middleware, Service, ServiceBroker } from "moleculer";
import { config } from "../../config.ts";
import type { Gateway } from "./gateway-request.ts";

type Detector = Service & { handOver(): void };
type Keys = Service & { leaveErasures(): void };

const POLL_MS = 20;

/** Resolves once the other processes of the service have left: their last requests may need this one. */
async function whenOthersLeft({ registry }: ServiceBroker): Promise<void> {
  const until = performance.now() + config.shutdownTimeoutMs;
  // The count includes this process.
  const count = () => registry.getNodeList({ onlyAvailable: true, withServices: false }).length;
  while (count() > 1 && performance.now() < until) await sleep(POLL_MS);
}

/**
 * Logs that a signal asked the service to stop, and that it has stopped. Of several processes, the main one logs this,
 * and any that cut off requests.
 */
class StopLog {
  requestsCutOff = 0;
  readonly #logger: Logger;
  #isAsked = false;

  constructor(logger: Logger) {
    this.#logger = logger;
    for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.once(signal, () => this.#begin(signal));
  }

  #begin(signal: NodeJS.Signals): void {
    // A terminal sends SIGINT, and the supervisor SIGTERM for it.
    if (!this.#isAsked && config.processIndex === 0) this.#logger.info(`The service stops, by ${signal}.`);
    this.#isAsked = true;
  }

  end(): void {
    const { requestsCutOff } = this;
    const isTold = config.processIndex === 0 || requestsCutOff > 0;
    if (this.#isAsked && isTold) this.#logger.info({ requestsCutOff }, "The service has stopped.");
  }
}

/**
 * Shutdown order of a node. An erasure in progress is left to another node, or to the next start. Then the gateway
 * drains, while all services still run, because its requests need them.
 * The main one of several processes then waits for the others.
 * Then the node leaves the registry, its detector hands over its waiting images, and the services stop.
 */
export const drain: Middleware = {
  name: "Drain",
  created(broker: ServiceBroker) {
    const stop = broker.stop.bind(broker);
    const log = new StopLog(broker.getLogger("sightline"));
    // Moleculer does not stop the broker at SIGHUP: requests would be cut off when the terminal is closed.
    process.on("SIGHUP", () => process.kill(process.pid, "SIGTERM"));
    const leave = async () => {
      const keys = broker.getLocalService("keys") as Keys | undefined;
      keys?.leaveErasures();
      const gateway = broker.getLocalService("api") as Gateway | undefined;
      // Not done in `broker.started`: the gateway listens while other services still start.
      if (gateway?.server.listening) log.requestsCutOff = await gateway.drain();
      if (broker.started && config.processes > 1 && config.processIndex === 0) await whenOthersLeft(broker);
      await stop();
      log.end();
    };
    let leaving: Promise<void> | undefined;
    // Idempotent: a signal can arrive twice, for example from the terminal and from a parent process.
    broker.stop = () => {
      leaving ??= leave().finally(() => {
        leaving = undefined;
      });
      return leaving;
    };
  },
  async stopping(broker: ServiceBroker) {
    const detector = broker.getLocalService("detector") as Detector | undefined;
    detector?.handOver?.();
  },
};
