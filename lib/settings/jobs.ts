/** Job settings: attempts, retention and webhooks. */
import { ports } from "./address.ts";
import { cores } from "./machine.ts";
import { flag, integer, integerOrAuto, webhookSecrets } from "./setting.ts";

export const jobsSettings = {
  dispatchConcurrency: integer(
    "DISPATCH_CONCURRENCY",
    Math.max(Math.min(32 * Math.max(3, cores), 256), 4 * cores),
    1,
    4096,
    "Images of jobs that a node with `jobs` has at detectors at the same time; the default is 32 per core, at least 96 and at most 256, or 4 per core if that is more. They are taken in tasks, of one image if images are large or slow: in a cluster a node has one task in work for every 32 of this number, a service of one machine three for every two of its THREADS.",
  ),
  maxAttempts: integer("MAX_ATTEMPTS", 3, 1, 100, "Attempts at an image of a job before it becomes a dead letter."),
  maxQueuedImages: integer(
    "MAX_QUEUED_IMAGES",
    100_000,
    1,
    100_000_000,
    "Images of jobs that may wait; once so many do, new jobs are refused. Jobs with `execute=false`, and images for them, are refused once the images of all such jobs and the waiting ones together are so many; each such job counts as one image more.",
  ),
  maxQueuedImagesPerOwner: integerOrAuto(
    "MAX_QUEUED_IMAGES_PER_OWNER",
    1,
    100_000_000,
    "Images that the unfinished jobs of one owner, a key or a session, may have; beyond that, its new jobs and retries are refused with 429. `auto` is half of MAX_QUEUED_IMAGES. Jobs without an owner are not limited.",
  ),
  maxStoredBytesPerOwner: integer(
    "MAX_STORED_BYTES_PER_OWNER",
    0,
    0,
    2 ** 50,
    "Bytes that the stored images of one owner may take: those of unfinished jobs, and those of failed jobs as long as they are kept. Beyond that, uploads are refused with 429. 0 means no limit. Sessions that a key opened count for the owner of the key. Set it on the gateways.",
  ),
  leaseMs: integer(
    "LEASE_MS",
    30_000,
    100,
    86_400_000,
    "Time after which a task that a node has taken and not finished goes to another node, in milliseconds.",
  ),
  imageRetentionMs: integer(
    "PICTURE_RETENTION_MS",
    86_400_000,
    0,
    31_536_000_000,
    "How long the images of a job that did not succeed are kept for a retry, in milliseconds.",
  ),
  imageMaxAgeMs: integer(
    "PICTURE_MAX_AGE_MS",
    604_800_000,
    60_000,
    31_536_000_000,
    "Longest time that NATS keeps an image, even if its job still waits, in milliseconds.",
  ),
  jobRetentionMs: integer(
    "JOB_RETENTION_MS",
    604_800_000,
    1000,
    315_360_000_000,
    "How long jobs and their results are kept after the job has finished, in milliseconds.",
  ),
  eventRetentionMs: integer(
    "EVENT_RETENTION_MS",
    2_592_000_000,
    1000,
    315_360_000_000,
    "How long events are kept, in milliseconds.",
  ),
  sweepIntervalMs: integer(
    "SWEEP_INTERVAL_MS",
    600_000,
    100,
    86_400_000,
    "Interval between removals of expired data, in milliseconds.",
  ),
  webhookSecret: webhookSecrets(
    "WEBHOOK_SECRET",
    "Secret that signs webhooks: `whsec_` and the base64 of 24 to 64 bytes; several, separated by spaces, during a rotation. Without it, jobs with a `callbackUrl` are refused.",
  ),
  webhookAllowPrivate: flag(
    "WEBHOOK_ALLOW_PRIVATE",
    false,
    "Whether webhooks may go to addresses that are not public, such as those of the local network.",
  ),
  webhookPorts: ports(
    "WEBHOOK_PORTS",
    "Ports that webhooks may go to, separated by commas, such as `443,8443`. The default is all ports.",
  ),
  webhookRetryMs: integer(
    "WEBHOOK_RETRY_MS",
    86_400_000,
    0,
    2_592_000_000,
    "Time during which a failed webhook is retried, in milliseconds.",
  ),
  webhookTimeoutMs: integer(
    "WEBHOOK_TIMEOUT_MS",
    10_000,
    10,
    600_000,
    "Longest time of one attempt to deliver a webhook, in milliseconds.",
  ),
};
