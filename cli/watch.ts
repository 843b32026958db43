/** `sightline watch`: follows the event log live. */
import { type Command, Option } from "commander";
import type { JobEvent } from "../client/event-stream.ts";
import { visibleLine } from "../lib/visible-text.ts";
import { type ConnectionOptions, connect, interrupted, serviceCommand } from "./command.ts";
import { jobIds, suggesting } from "./completion/suggestions.ts";
import { exitCodes, UsageError } from "./failure.ts";
import { StatusLine } from "./terminal.ts";
import { onReaderGone } from "./watch/reader.ts";
import { BEGINNING, parseSince, positionOf, type Since } from "./watch/since.ts";

interface Options extends ConnectionOptions {
  readonly since: Since;
  readonly job?: string;
  readonly images: boolean;
  readonly json?: true;
  readonly kafka?: string;
  readonly topic: string;
}

export function watchCommand(): Command {
  return serviceCommand("watch")
    .description("Print events as they happen. Connects again by itself; no line is lost or repeated.")
    .addOption(
      new Option(
        "--since <when>",
        "only events from then on: now, a position in the log, a time of RFC 3339, or how long ago, such as 10m",
      )
        .argParser((text) => parseSince(text))
        .default(BEGINNING, "the beginning of the log"),
    )
    .addOption(suggesting(new Option("--job <id>", "only events of this job"), jobIds))
    .option("--no-images", "only events of jobs, not of their images")
    .option("--kafka <brokers>", "read from Kafka instead of the service: host:port, comma-separated")
    .option("--topic <name>", "Kafka's topic", "sightline-events")
    .option("--json", "print each event as JSON")
    .addHelpText(
      "after",
      `
Examples:
  sightline watch
  sightline watch --since now --no-images
  sightline watch --since 1200-9f3ab2c1
  sightline watch --since 2026-01-31T12:00:00Z | head -1
  sightline watch --json | jq .type
  sightline watch --kafka kafka:9092

From Kafka each event is printed at least once, with the settings KAFKA_TLS, KAFKA_SASL, KAFKA_USERNAME and
KAFKA_PASSWORD.`,
    )
    .action(watch);
}

type Filtered = Omit<Options, "images" | "json">;

async function watch({ images, json, ...options }: Options): Promise<void> {
  onReaderGone(() => process.exit(exitCodes.ok));
  const events = options.kafka === undefined ? eventsOfService(options) : eventsOfKafka(options, options.kafka);
  for await (const event of events) {
    if (!images && isOfImage(event)) continue;
    if (options.since.kind === "time" && Date.parse(event.time) < options.since.at) continue;
    console.log(json ? JSON.stringify(event) : eventLine(event));
  }
}

async function* eventsOfService({ since, job, ...connection }: Filtered): AsyncGenerator<JobEvent> {
  const status = new StatusLine();
  const onLost = (error: Error) => status.say(`sightline: ${error.message} Connecting again.`);
  const onReset = (detail: string) => status.say(`sightline: ${detail} Its events follow.`);
  const client = connect(connection);
  yield* client.events({ after: await positionOf(since, client), jobId: job, onLost, onReset });
}

/** Kafka's client is loaded only here. */
async function* eventsOfKafka({ since, job, topic }: Filtered, brokers: string): AsyncGenerator<JobEvent> {
  const [{ kafkaEvents }, { connectionOptions }, { loadConfig }] = await Promise.all([
    import("../client/kafka-events.ts"),
    import("../lib/kafka/connection.ts"),
    import("../lib/config.ts"),
  ]);
  const ofKafka = Object.entries(process.env).filter(([name]) => name.startsWith("KAFKA_"));
  const given = { ...Object.fromEntries(ofKafka), KAFKA_TOPIC: undefined, KAFKA_BROKERS: brokers };
  const connection = connectionOptions(valid(() => loadConfig(given)));
  const after = since.kind === "position" ? Number.parseInt(since.after, 10) : 0;
  for await (const event of kafkaEvents({ connection, topic, fromEnd: since.kind === "now", signal: interrupted })) {
    const isWanted = Number(event.sequence) > after && (job === undefined || event.subject.split("/")[1] === job);
    if (isWanted) yield event;
  }
}

/** Loads something that depends on settings. @throws UsageError in place of an error about settings. */
function valid<T>(load: () => T): T {
  try {
    return load();
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function isOfImage({ subject }: JobEvent): boolean {
  return subject.includes("/images/");
}

/**
 * `Inference job (id: <id>) <type>: <status>`, where the type is what changed: the job or an image. The code of the
 * error follows if there is one.
 */
function eventLine(event: JobEvent): string {
  const [, id, , index] = event.subject.split("/");
  const status = event.type.split(".").at(-1);
  const what = isOfImage(event) ? `image ${index}` : "job";
  // The address may belong to another service, whose events have no data.
  const code = (event.data as JobEvent["data"] | undefined)?.problem?.code;
  return visibleLine(`Inference job (id: ${id}) ${what}: ${status}${code ? ` (${code})` : ""}`);
}
