/** Read-only status and statistics for operators. */
import { withBackends } from "../lib/backends/mixin.ts";
import { ActivityTally } from "../lib/monitor/activity-tally.ts";
import { HistoryReader } from "../lib/monitor/history-reader.ts";
import { listNodes } from "../lib/monitor/nodes.ts";
import { OwnerStatisticsReader } from "../lib/monitor/owner-statistics.ts";
import { StatisticsReader } from "../lib/monitor/statistics.ts";
import type { Backends } from "../lib/ports/backends.ts";
import { FailureLog } from "../lib/transport/failure-log.ts";
import { defineService, type ServiceDefinition } from "../lib/transport/service.ts";

interface Monitor {
  backends: Backends;
  statistics: StatisticsReader;
  ownerStatistics: OwnerStatisticsReader;
  history: HistoryReader;
  /** Activity of requests that are answered at once. */
  tallies: readonly ActivityTally[];
}

const monitor: ServiceDefinition<"monitor", Monitor> = {
  name: "monitor",
  mixins: [withBackends],

  actions: {
    nodes() {
      return listNodes(this.broker);
    },

    statistics() {
      return this.statistics.read();
    },

    ownerStatistics({ params: { owner } }) {
      return this.ownerStatistics.read(owner);
    },

    activity({ params: { range = "hour" } }) {
      return this.history.read(range);
    },

    count({ params: { buckets } }) {
      for (const tally of this.tallies) tally.addBuckets(buckets);
    },
  },

  async started() {
    const { backends, logger } = this;
    this.statistics = new StatisticsReader(backends);
    this.ownerStatistics = new OwnerStatisticsReader(backends);
    this.history = new HistoryReader(backends.history, () => this.statistics.lastHour());
    const failures = new FailureLog("Activity could not be saved");
    const onError = (err: unknown) => failures.error(logger, err);
    this.tallies = ([10, 900] as const).map(
      (bucketSeconds) => new ActivityTally(backends.history, { kind: "process", bucketSeconds, onError }),
    );
  },

  async stopped() {
    for (const tally of this.tallies ?? []) await tally.close();
    await this.statistics?.close();
  },
};

export default defineService(monitor);
