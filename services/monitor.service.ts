/** Read-only status and statistics for operators. */
import { openBackends } from "../lib/backends/open.ts";
import { listNodes } from "../lib/monitor/nodes.ts";
import { StatisticsDesk } from "../lib/monitor/statistics.ts";
import type { Backends } from "../lib/ports/backends.ts";
import { defineService, type ServiceDefinition } from "../lib/transport/service.ts";

const monitor: ServiceDefinition<"monitor", { backends: Backends; statistics: StatisticsDesk }> = {
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
    this.statistics = new StatisticsDesk(this.backends);
  },

  async stopped() {
    await this.backends?.close();
  },
};

export default defineService(monitor);
