/** `sightline watch`: follows the event log live. */
import type { Command } from "commander";
import type { JobEvent } from "../client/event-stream.ts";
import { visibleLine } from "../lib/visible-text.ts";
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
    .description("Follow the event log from its beginning. Reconnects automatically; no line is lost or repeated.")
    .option("--after <sequence>", "only events after this sequence", wholeNumber(0), 0)
    .option("--job <id>", "only events of this job")
    .option("--no-images", "only events of jobs, not of their images")
    .option("--json", "print each event as JSON")
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
  const onReset = (detail: string) => status.say(`sightline: ${detail} Its events follow.`);
  for await (const event of client.events({ after, jobId: job, onLost, onReset })) {
    if (!images && isOfImage(event)) continue;
    console.log(json ? JSON.stringify(event) : eventLine(event));
  }
}

function isOfImage({ subject }: JobEvent): boolean {
  return subject.includes("/images/");
}

/** `Inference job (id: <id>) <type>: <status>`, where the type is what changed: the job or an image. */
export function eventLine(event: JobEvent): string {
  const [, id, , index] = event.subject.split("/");
  const status = event.type.split(".").at(-1);
  const what = isOfImage(event) ? `image ${index}` : "job";
  return visibleLine(`Inference job (id: ${id}) ${what}: ${status}`);
}
