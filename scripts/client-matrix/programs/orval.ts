import {
  createJob,
  type EventPage,
  type Job,
  listJobEvents,
  listResults,
  type ProcessAnswer,
  process,
  type ResultsPage,
} from "./generated/index.ts";
import { files, report } from "./scenario.ts";

const answer = await process({ images: files });
const job = await createJob({ images: files });
if (answer.status !== 200 || job.status !== 202) throw new Error(`${answer.status} ${job.status}`);
// An answer has a union of types, which is not narrowed by the request.
const { images } = answer.data as ProcessAnswer;
const { id } = job.data as Job;
// The answer may also be lines of JSON, so the generated client leaves reading it to its caller.
const { stream } = (await listResults(id, { wait: 30 })) as { stream: Response };
const results: ResultsPage = await stream.json();
const events = (await listJobEvents(id)) as { data: EventPage };
report(images, results, events.data);
