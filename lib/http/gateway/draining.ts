import type { Middleware, Service, ServiceBroker } from "moleculer";

type Gateway = Service & { drain(): Promise<void> };
type Detector = Service & { handOver(): void };

/**
 * Shutdown order of a node. The gateway drains first, while all services still run, because its requests need them.
 * Then the node leaves the registry, its detector hands over its waiting images, and the services stop.
 */
export const drain: Middleware = {
  name: "Drain",
  created(broker: ServiceBroker) {
    const stop = broker.stop.bind(broker);
    const leave = async () => {
      const gateway = broker.getLocalService("api") as Gateway | undefined;
      if (broker.started) await gateway?.drain();
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
