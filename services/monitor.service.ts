/** Tells those who look after the service what it is doing. Changes nothing. */
import { openBackends } from "../lib/backends/open.ts";
import { listNodes } from "../lib/monitor/nodes.ts";
import { StatisticsReader } from "../lib/monitor/statistics.ts";
import type { Backends } from "../lib/ports/backends.ts";
import { defineService, type ServiceDefinition } from "../lib/transport/service.ts";

const monitor: ServiceDefinition<"monitor", { backends: Backends; statistics: StatisticsReader }> = {
  name: "monitor",

  actions: {
    nodes() {
      return listNodes(this.broker);
    },

    statistics() {
      return this.statistics.read();
    },
  },

  async started() {
    this.backends = await openBackends((notice) => this.logger.warn(notice));
    this.statistics = new StatisticsReader(this.backends);
  },

  async stopped() {
    await this.backends?.close();
  },
};

export default defineService(monitor);
