/**
 * All metrics of the service, in Prometheus' text format at `/metrics`. Base units: seconds, bytes. Each process counts
 * for itself; Prometheus sums the counts.
 */
import {
  AggregatorRegistry,
  Counter,
  collectDefaultMetrics,
  Gauge,
  Histogram,
  type MetricObjectWithValues,
  type MetricValue,
  Registry,
} from "prom-client";
import { config } from "../config.ts";

export type ProcessMetrics = MetricObjectWithValues<MetricValue<string>>[];

export const registry = new Registry();
// Processes have labels because a sum over them would drop whenever one of them is restarted.
if (config.processes > 1) registry.setDefaultLabels({ process: String(config.processIndex) });
collectDefaultMetrics({ register: registry });

const registers = [registry];
/** Buckets in seconds, from the fastest detection to the longest time that an image may take. */
const IMAGE_BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 30];
const REQUEST_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 300];

export const httpRequests = new Histogram({
  name: "sightline_http_request_duration_seconds",
  help: "Time from a request's arrival to the end of its response, by route and status.",
  labelNames: ["method", "route", "status"],
  buckets: REQUEST_BUCKETS,
  registers,
});

export const rpcCalls = new Histogram({
  name: "sightline_rpc_duration_seconds",
  help: "Time from the beginning of a gRPC call to its end, by method and status. Its requests count as HTTP requests too.",
  labelNames: ["method", "status"],
  buckets: REQUEST_BUCKETS,
  registers,
});

export const connectionsClosed = new Counter({
  name: "sightline_connections_closed_total",
  help: "Connections that were closed because clients had opened more than MAX_CONNECTIONS.",
  registers,
});

export const admissions = new Counter({
  name: "sightline_admissions_total",
  help: "Requests with images to process at once, by outcome: admitted, or refused before their body was read.",
  labelNames: ["outcome"],
  registers,
});

export const uploadRefusals = new Counter({
  name: "sightline_upload_refusals_total",
  help:
    "Uploads that were refused or ended because uploads occupied as much memory as they may, by protocol and reason: " +
    "refused, or stalled (their client was silent).",
  labelNames: ["protocol", "reason"],
  registers,
});

const uploadMemories = new Map<string, () => number>();
new Gauge({
  name: "sightline_upload_memory_bytes",
  help: "Memory that uploads occupy, until their images are processed or stored, by protocol.",
  labelNames: ["protocol"],
  registers,
  collect() {
    for (const [protocol, read] of uploadMemories) this.set({ protocol }, read());
  },
});
export const uploadMemoryBytes = {
  follow: (protocol: string, read: () => number): void => void uploadMemories.set(protocol, read),
};

export const limitRefusals = new Counter({
  name: "sightline_limit_refusals_total",
  help: "Requests and images that were refused because of a limit of their client, by limit.",
  labelNames: ["limit"],
  registers,
});

export const limitsCountedAlone = new Counter({
  name: "sightline_limits_counted_alone_total",
  help: "Times this gateway counted for a rate limit by itself, because the counters that all gateways share did not answer.",
  registers,
});

export const images = new Counter({
  name: "sightline_images_total",
  help:
    "Images that a detector finished, by outcome: done, or the error code. An image whose encoding was made for " +
    "another client counts as if it had been computed again.",
  labelNames: ["outcome"],
  registers,
});

export const imageFetches = new Counter({
  name: "sightline_image_fetches_total",
  help: "Images that requests named by URL, by outcome: done, or the error code.",
  labelNames: ["outcome"],
  registers,
});

export const tensors = new Counter({
  name: "sightline_tensors_total",
  help: "Tensors that a detector's networks received, by outcome: done, or the error code.",
  labelNames: ["outcome"],
  registers,
});

export const imageQueueSeconds = new Histogram({
  name: "sightline_image_queue_seconds",
  help: "Time an image waited for a thread of its detector.",
  buckets: IMAGE_BUCKETS,
  registers,
});

export const imageDecodeSeconds = new Histogram({
  name: "sightline_image_decode_seconds",
  help: "Time to check, decode and prepare an image.",
  buckets: IMAGE_BUCKETS,
  registers,
});

export const inferenceSeconds = new Histogram({
  name: "sightline_inference_seconds",
  help: "Time that a model took for an image, or its network for a tensor.",
  labelNames: ["model", "version"],
  buckets: IMAGE_BUCKETS,
  registers,
});

export const imageSeconds = new Histogram({
  name: "sightline_image_seconds",
  help: "Time from an image's arrival at a detector to its result.",
  buckets: IMAGE_BUCKETS,
  registers,
});

export const attempts = new Counter({
  name: "sightline_job_attempts_total",
  help: "Attempts at job images, by outcome: done, or the error code.",
  labelNames: ["outcome"],
  registers,
});

export const retries = new Counter({
  name: "sightline_job_retries_total",
  help: "Attempts at job images that are retried.",
  registers,
});

export const deadLetters = new Counter({
  name: "sightline_dead_letters_total",
  help: "Job images that were given up.",
  registers,
});

export const encodings = new Counter({
  name: "sightline_encodings_total",
  help:
    "Requested image encodings, by source: computed, shared (with a computation in progress), memory or store. The " +
    "first request of a client for an image counts as computed, whoever sent the image before.",
  labelNames: ["source"],
  registers,
});

export const kafkaPublished = new Counter({
  name: "sightline_kafka_published_total",
  help: "Events that this node published to Kafka.",
  registers,
});

/** Evaluated when the metrics are read. */
type Reading = () => number | Promise<number>;

/** Maximum time of a reading. Prometheus waits ten seconds by default, and then has none of the metrics. */
const READ_WITHIN_MS = 5_000;

/** The value, or NaN if it cannot be read in time, for example because a database does not answer. */
async function measured(read: Reading): Promise<number> {
  const late = Promise.withResolvers<number>();
  const timer = setTimeout(() => late.resolve(Number.NaN), READ_WITHIN_MS);
  try {
    return await Promise.race([read(), late.promise]);
  } catch {
    return Number.NaN;
  } finally {
    clearTimeout(timer);
  }
}

/** A gauge that is evaluated when read; NaN if its value is unavailable. */
function gauge(name: string, help: string): { follow(read: Reading): void } {
  let read: Reading | undefined;
  new Gauge({
    name,
    help,
    registers,
    async collect() {
      // A node without a source for this gauge does not report it.
      if (!read) return this.remove();
      this.set(await measured(read));
    },
  });
  return {
    follow(reading) {
      read = reading;
    },
  };
}

export const queueDepth = gauge("sightline_queue_depth", "Job images that wait for a detector.");
export const oldestJobSeconds = gauge(
  "sightline_oldest_job_age_seconds",
  "Age of the oldest queued or running job, since its creation; 0 if there is none.",
);
export const queueOldestSeconds = gauge(
  "sightline_queue_oldest_seconds",
  "Time that the longest-waiting job image has waited for a detector; 0 if none waits.",
);
export const admissionWaitSeconds = gauge(
  "sightline_admission_wait_seconds",
  "Estimated time until this gateway's detectors have done the images of all admitted requests.",
);
export const kafkaLag = gauge("sightline_kafka_lag_events", "Events of the log that are not on Kafka yet.");
export const poolThreads = gauge("sightline_pool_threads", "Threads of this node's detector.");
export const poolRunning = gauge("sightline_pool_running", "Images that this node's detector is processing.");
export const poolWaiting = gauge("sightline_pool_waiting", "Images that wait for a thread of this node's detector.");

/** The metrics of this process, for `joinMetrics`. */
export function metricsOfProcess(): Promise<ProcessMetrics> {
  return registry.getMetricsAsJSON() as Promise<ProcessMetrics>;
}

/** The metrics of several processes in Prometheus' text format. The label `process` distinguishes them. */
export function joinMetrics(ofEach: readonly ProcessMetrics[]): Promise<string> {
  return AggregatorRegistry.aggregate([...ofEach]).metrics();
}
