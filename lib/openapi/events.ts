/** `/v1/events`. */
import type * as oas31 from "openapi3-ts/oas31";
import { exampleEvent } from "../contracts/examples.ts";
import { EventPage, EventsQuery } from "../contracts/job.ts";
import type { ErrorCode } from "../errors.ts";
import { jobIdParameter } from "./jobs.ts";
import { jsonResponse, problemResponses, queryParameters } from "./parts.ts";

const DESCRIPTION = `Each change of a job and of each image is one CloudEvents 1.0 message, in one order, from the
beginning (or from what \`EVENT_RETENTION_MS\` has left). Read pages with \`after\`, wait for the next with \`wait\`, or
send \`Accept: text/event-stream\` for a stream: the id of each message is its sequence, so a client that reconnects with
\`Last-Event-ID\`, as browsers do, misses nothing and gets nothing twice. A stream is never held up by a slow reader: such
a one is cut off, and may resume. A result above 256 KiB is in its event without what was found, and with
\`truncated\`: read it with the results of the job.`;

const lastEventId: oas31.ParameterObject = {
  name: "Last-Event-ID",
  in: "header",
  description: "Of a stream: only events after this sequence.",
  schema: { type: "integer", minimum: 0 },
};

function read(operationId: string, summary: string, errors: readonly ErrorCode[]): oas31.OperationObject {
  const page = jsonResponse("Events in their order, or a stream of them.", EventPage, {
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
  "/v1/events": { get: read("listEvents", "Read all events", ["INVALID_OPTION"]) },
  "/v1/jobs/{id}/events": {
    parameters: [jobIdParameter],
    get: read("listJobEvents", "Read a job's events", ["INVALID_OPTION", "JOB_NOT_FOUND"]),
  },
};
