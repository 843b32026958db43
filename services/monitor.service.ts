/** Read-only status and statistics for operators. */
import { withBackends } from "../lib/backends/mixin.ts";
import { listNodes } from "../lib/monitor/nodes.ts";
import { StatisticsReader } from "../lib/monitor/statistics.ts";
import type { Backends } from "../lib/ports/backends.ts";
import { defineService, type ServiceDefinition } from "../lib/transport/service.ts";

const monitor: ServiceDefinition<"monitor", { backends: Backends; statistics: StatisticsReader }> = {
  name: "monitor",
  mixins: [withBackends],

  actions: {
    nodes() {
      return listNodes(this.broker);
    },

    statistics() {
      return this.statistics.read();
    },
  },

  async started() {
    this.statistics = new StatisticsReader(this.backends);
  },

  async stopped() {
    await this.statistics?.close();
  },
};

export default defineService(monitor);
