/** Tells those who look after the service what it is doing. Changes nothing. */
import type { ServiceSchema, ServiceSettingSchema } from "moleculer";
import { openBackends } from "../lib/backends/open.ts";
import { listNodes } from "../lib/monitor/nodes.ts";
import { StatisticsDesk } from "../lib/monitor/statistics.ts";
import type { Backends } from "../lib/ports/backends.ts";

const monitor: ServiceSchema<ServiceSettingSchema, object, { backends: Backends; statistics: StatisticsDesk }> = {
  name: "monitor",

  actions: {
    /** The nodes of the cluster and what their detectors are doing. */
    nodes() {
      return listNodes(this.broker);
    },

    /** Queue, jobs, and the last hour. */
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

export default monitor;
