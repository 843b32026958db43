import createClient from "openapi-fetch";
import type { paths } from "./generated/index.ts";
import { files, form, imagesOf, report, url } from "./scenario.ts";

const client = createClient<paths, "application/json">({ baseUrl: url });
// A file in a form has the type of a text, because OpenAPI has no other.
const body = { images: files as unknown as string[] };
const upload = { body, bodySerializer: () => form(files) };
const answer = await client.POST("/process", upload);
const { data: job } = await client.POST("/v1/jobs", upload);
const path = { id: job?.id ?? "" };
const results = await client.GET("/v1/jobs/{id}/results", { params: { path, query: { wait: 30 } } });
const events = await client.GET("/v1/jobs/{id}/events", { params: { path } });
report(imagesOf(answer.data), results.data, events.data);
