import type { Middleware, Service, ServiceBroker } from "moleculer";

type Gateway = Service & { drain(): Promise<void> };

/**
 * Lets the gateway finish before anything it depends on stops: a broker stops all of its services at once, and a
 * request in flight still needs the others.
 */
export const drainGateway: Middleware = {
  name: "DrainGateway",
  async stopping(broker: ServiceBroker) {
    const gateway = broker.getLocalService("api") as Gateway | undefined;
    await gateway?.drain();
  },
};
