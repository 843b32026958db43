import type { Middleware, Service, ServiceBroker } from "moleculer";

type Gateway = Service & { drain(): Promise<void> };
type Detector = Service & { handOver(): void };

/**
 * The order in which a node leaves. First its gateway finishes, while the node is all there: its requests need the
 * other services. Then the node leaves the registry, its detector hands over what waits, and the services stop.
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
    // Asked more than once, as by a terminal and by who got the signal too, it leaves once.
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
