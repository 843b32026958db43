import { Configuration, EventsApi, ImagesApi, JobsApi } from "./generated/index.ts";
import { files, report, url } from "./scenario.ts";

const configuration = new Configuration({ basePath: url });
const { images } = await new ImagesApi(configuration).process({ images: files });
const jobs = new JobsApi(configuration);
const { id } = await jobs.createJob({ images: files });
const results = await jobs.listResults({ id, wait: 30 });
const events = await new EventsApi(configuration).listJobEvents({ id });
report(images, results, events);
