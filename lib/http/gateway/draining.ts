import { setTimeout as sleep } from "node:timers/promises";
import type { Middleware, Service, ServiceBroker } from "moleculer";
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
 * Shutdown order of a node. An erasure in progress is left to another node, or to the next start. Then the gateway
 * drains, while all services still run, because its requests need them.
 * The main one of several processes then waits for the others.
 * Then the node leaves the registry, its detector hands over its waiting images, and the services stop.
 */
export const drain: Middleware = {
  name: "Drain",
  created(broker: ServiceBroker) {
    const stop = broker.stop.bind(broker);
    const leave = async () => {
      const keys = broker.getLocalService("keys") as Keys | undefined;
      keys?.leaveErasures();
      const gateway = broker.getLocalService("api") as Gateway | undefined;
      // Not done in `broker.started`: the gateway listens while other services still start.
      if (gateway?.server.listening) await gateway.drain();
      if (broker.started && config.processes > 1 && config.processIndex === 0) await whenOthersLeft(broker);
      return stop();
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
