import { client } from "./generated/client.gen.ts";
import { createJob, listJobEvents, listResults, process_ } from "./generated/index.ts";
import { files, imagesOf, report, url } from "./scenario.ts";

client.setConfig({ baseUrl: url });
// For an operation that accepts several types of bodies, it generates JSON only.
const images = await Promise.all(
  files.map(async (file) => ({ fileName: file.name, data: Buffer.from(await file.arrayBuffer()).toString("base64") })),
);
const answer = await process_({ body: { images }, throwOnError: true });
const job = await createJob({ body: { images }, throwOnError: true });
const { id } = job.data;
const results = await listResults({ path: { id }, query: { wait: 30 }, throwOnError: true });
const events = await listJobEvents({ path: { id }, throwOnError: true });
report(imagesOf(answer.data), results.data, events.data || null);
