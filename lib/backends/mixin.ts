import type { Service } from "moleculer";
import type { Backends } from "../ports/backends.ts";
import { openBackends } from "./open.ts";

type Stateful = Service & { backends?: Backends };

/**
 * Mixin of services that use the backends of their process: opened before the service starts, released after it has
 * stopped.
 */
export const withBackends = {
  async started(this: Stateful): Promise<void> {
    this.backends = await openBackends(this.logger);
  },

  async stopped(this: Stateful): Promise<void> {
    await this.backends?.close();
  },
};
