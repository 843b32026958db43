/** `sightline watch`: the log of everything that happens, as it happens. */
import type { Command } from "commander";
import type { JobEvent } from "../client/event-stream.ts";
import { type ConnectionOptions, connect, serviceCommand, wholeNumber } from "./command.ts";
import { StatusLine } from "./terminal.ts";

interface Options extends ConnectionOptions {
  readonly after: number;
  readonly job?: string;
  readonly images: boolean;
  readonly json?: true;
}

export function watchCommand(): Command {
  return serviceCommand("watch")
    .description(
      "Follow the event log, from its beginning. A lost connection is made again; no line is lost or doubled.",
    )
    .option("--after <sequence>", "only events after this place in the log", wholeNumber(0), 0)
    .option("--job <id>", "only events of this job")
    .option("--no-images", "only what happens to jobs as a whole")
    .option("--json", "print each event as JSON, with its sequence")
    .addHelpText(
      "after",
      `
Examples:
  sightline watch
  sightline watch --after 1200 --no-images
  sightline watch --json | jq .type`,
    )
    .action(watch);
}

async function watch({ after, job, images, json, ...connection }: Options): Promise<void> {
  const client = connect(connection);
  const status = new StatusLine();
  const onLost = (error: Error) => status.say(`sightline: ${error.message} Connecting again.`);
  for await (const event of client.events({ after, jobId: job, onLost })) {
    if (!images && isOfImage(event)) continue;
    console.log(json ? JSON.stringify(event) : eventLine(event));
  }
}

function isOfImage({ subject }: JobEvent): boolean {
  return subject.includes("/images/");
}

/** `Inference job (id: <id>) <type>: <status>`, the type being what changed: the job, or one of its images. */
export function eventLine(event: JobEvent): string {
  const [, id, , index] = event.subject.split("/");
  const status = event.type.split(".").at(-1);
  const what = isOfImage(event) ? `image ${index}` : "job";
  return `Inference job (id: ${id}) ${what}: ${status}`;
}
