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
// An answer is one of several types, which it does not tell apart by what was asked for.
const { images } = answer.data as ProcessAnswer;
const { id } = job.data as Job;
// Because lines of JSON may be asked for too, it leaves the reading of the answer to its caller.
const { stream } = (await listResults(id, { wait: 30 })) as { stream: Response };
const results: ResultsPage = await stream.json();
const events = (await listJobEvents(id)) as { data: EventPage };
report(images, results, events.data);
