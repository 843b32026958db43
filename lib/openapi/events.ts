/** `/v1/events`. */
import type * as oas31 from "openapi3-ts/oas31";
import { CloudEvent, CloudEventBatch, EventPage, EventsQuery } from "../contracts/event.ts";
import { exampleCloudEvent, exampleEvent } from "../contracts/examples.ts";
import type { ErrorCode } from "../errors.ts";
import { headerParameter, headersOf } from "./headers.ts";
import { jobIdParameter } from "./jobs.ts";
import { jsonResponse, problemResponses, queryParameters, schemaOf } from "./parts.ts";

const DESCRIPTION = `Each change of a job or image is one CloudEvents 1.0 message, in total order, from the beginning
(or as far back as \`EVENT_RETENTION_MS\`). \`Accept\` chooses the form: \`application/json\`, a page;
\`application/cloudevents-batch+json\`, a page as a CloudEvents batch; \`application/cloudevents+json\`, the next event
alone, or 204 if there is none; \`text/event-stream\`, a stream. The header \`Link\` leads from page to page; with \`wait\`
a page is waited for.

A client that reconnects to the stream with \`Last-Event-ID\`, as browsers do, misses nothing and gets nothing twice. A
slow reader is disconnected and may resume. If the log was restored from a backup and does not have the given position
any more, a page is answered with 410 \`CURSOR_GONE\`; the stream sends the event \`reset\`, whose data is that problem and
whose id is the beginning of the log, and goes on from there. Recognise known events by the CloudEvent's \`id\`.

An event whose result exceeds 256 KiB, or less where NATS takes less, omits what was found and has \`truncated\`: read the
job's results instead.`;

const link = headersOf("Link", "Vary");

function read(operationId: string, summary: string, errors: readonly ErrorCode[]): oas31.OperationObject {
  const page = jsonResponse("Events in order, in the form that was asked for.", EventPage, {
    items: [exampleEvent],
    next: 1,
  });
  const others: oas31.ContentObject = {
    "application/cloudevents-batch+json": { schema: schemaOf(CloudEventBatch), example: [exampleCloudEvent] },
    "application/cloudevents+json": { schema: schemaOf(CloudEvent), example: exampleCloudEvent },
    "text/event-stream": { schema: { type: "string" } },
  };
  return {
    operationId,
    tags: ["Events"],
    summary,
    description: DESCRIPTION,
    parameters: [...queryParameters(EventsQuery), headerParameter("Last-Event-ID")],
    responses: {
      200: { ...page, headers: link, content: { ...page.content, ...others } },
      204: { description: "There is no such event yet; only with `application/cloudevents+json`.", headers: link },
      ...problemResponses([...errors, "NOT_ACCEPTABLE", "CURSOR_GONE", "STORE_UNAVAILABLE"]),
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
