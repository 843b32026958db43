/** `/v1/events`. */
import type * as oas31 from "openapi3-ts/oas31";
import { exampleEvent } from "../contracts/examples.ts";
import { EventPage, EventsQuery } from "../contracts/job.ts";
import type { ErrorCode } from "../errors.ts";
import { jobIdParameter } from "./jobs.ts";
import { jsonResponse, problemResponses, queryParameters } from "./parts.ts";

const DESCRIPTION = `Each change of a job or image is one CloudEvents 1.0 message, in total order, from the beginning
(or as far back as \`EVENT_RETENTION_MS\`). Read pages with \`after\`, long-poll with \`wait\`, or send
\`Accept: text/event-stream\` for a stream. The id of each message is its sequence, so a client that reconnects with
\`Last-Event-ID\`, as browsers do, misses nothing and gets nothing twice. A slow reader is disconnected and may resume.

A cursor beyond the newest event belongs to a log that was lost, for example by the restore of a backup: a page is
answered with 410 \`CURSOR_AHEAD\`, a stream begins with an event \`reset\` of id 0 and goes on from the beginning.

An event whose result exceeds 256 KiB omits what was found and has \`truncated\`: read the job's results instead.`;

const lastEventId: oas31.ParameterObject = {
  name: "Last-Event-ID",
  in: "header",
  description: "For a stream: only events after this sequence.",
  schema: { type: "integer", minimum: 0 },
};

function read(operationId: string, summary: string, errors: readonly ErrorCode[]): oas31.OperationObject {
  const page = jsonResponse("Events in order, or a stream of them.", EventPage, {
    items: [exampleEvent],
    next: 1,
  });
  const stream = { "text/event-stream": { schema: { type: "string" as const } } };
  return {
    operationId,
    tags: ["Events"],
    summary,
    description: DESCRIPTION,
    parameters: [...queryParameters(EventsQuery), lastEventId],
    responses: {
      200: { ...page, content: { ...page.content, ...stream } },
      ...problemResponses([...errors, "NOT_ACCEPTABLE", "STORE_UNAVAILABLE"]),
    },
  };
}

export const eventPaths: oas31.PathsObject = {
  "/v1/events": { get: read("listEvents", "Read all events", ["INVALID_OPTION", "CURSOR_AHEAD"]) },
  "/v1/jobs/{id}/events": {
    parameters: [jobIdParameter],
    get: read("listJobEvents", "Read a job's events", ["INVALID_OPTION", "JOB_NOT_FOUND", "CURSOR_AHEAD"]),
  },
};
