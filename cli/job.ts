/** `sightline job`: durable jobs, from creation to results. */
import { Argument, Command, InvalidArgumentError, Option } from "commander";
import type { Job, JobImage, JobListQuery, JobQuery } from "../client/jobs.ts";
import type { SightlineClient } from "../client/sightline-client.ts";
import { callbackModes, JobSettings } from "../lib/contracts/job.ts";
import { imageStates, jobStates } from "../lib/contracts/job-states.ts";
import { LABEL_NAME } from "../lib/contracts/patterns.ts";
import { visibleLine } from "../lib/visible-text.ts";
import { type ConnectionOptions, connect, givenOnly, joined, serviceCommand, wholeNumber } from "./command.ts";
import { jobIds, modelNames, ofWords, suggesting } from "./completion/suggestions.ts";
import { numberOption } from "./contract-option.ts";
import { exitCodes, UsageError } from "./failure.ts";
import { batchesOf, openImages } from "./files.ts";
import { type InferenceOptions, inferenceQuery, withInferenceOptions } from "./inference-options.ts";
import { imageTable, jobTable } from "./job-tables.ts";
import { clearStatus, clockTime, progressLine, StatusLine } from "./terminal.ts";

interface Output {
  readonly json?: true;
}

interface CreateOptions extends ConnectionOptions, Output, InferenceOptions {
  readonly label?: string[];
  readonly priority?: number;
  readonly deadline?: string;
  readonly callbackUrl?: string;
  readonly callbackMode?: string;
  readonly execute: boolean;
  readonly wait?: true;
}

interface ListOptions extends ConnectionOptions, Output {
  readonly idPrefix?: string;
  readonly state?: string;
  readonly model?: string;
  readonly label?: string[];
  readonly owner?: string;
  readonly createdFrom?: string;
  readonly createdBefore?: string;
  readonly sort?: JobListQuery["sort"];
  readonly limit: number;
}

interface ResultsOptions extends ConnectionOptions, Output {
  readonly state?: JobImage["state"];
}

/** The argument that names a command's job. */
const theJob = () => suggesting(new Argument("<id>", "the job's id").argParser(notEmpty), jobIds);

/** Without an id, the address would be that of the list of jobs. */
function notEmpty(text: string): string {
  if (text === "") throw new InvalidArgumentError("It must not be empty.");
  return text;
}

const isNamed = new RegExp(`^(${LABEL_NAME.slice(1, -1)})(:|$)`);

function collectLabels(label: string, before: string[] = []): string[] {
  if (!isNamed.test(label))
    throw new InvalidArgumentError("It must be name:value, such as album:summer. A name has letters, digits, or _.-");
  return [...before, label];
}

export function jobCommand(): Command {
  const job = new Command("job").description("Create, inspect and control jobs.");
  job.addHelpText(
    "after",
    `
Examples:
  sightline job create --label album:summer *.jpg
  sightline job create --models face-encoding --wait *.jpg
  sightline job create --no-execute          # then: job add ID FILES…, job execute ID
  sightline job wait 5b8f0c1e-…
  sightline job results --json 5b8f0c1e-… | jq .result.faces
  sightline job results --state failed 5b8f0c1e-…
  sightline job list --state failed,partially_failed`,
  );
  const commands = [
    createCommand(),
    addCommand(),
    oneCommand("get", "Show a job.").action(printed((client, id) => client.jobs.get(id))),
    oneCommand("wait", "Wait until a job has finished; exit code 1 if an image failed.").action(wait),
    resultsCommand(),
    oneCommand("execute", "Queue a job that is in state created.").action(
      printed((client, id) => client.jobs.execute(id)),
    ),
    oneCommand("cancel", "Cancel a job: start none of its remaining images.").action(
      printed((client, id) => client.jobs.cancel(id)),
    ),
    oneCommand("retry", "Queue the failed images of a finished job again.").action(
      printed((client, id) => client.jobs.retry(id)),
    ),
    deleteCommand(),
    listCommand(),
  ];
  for (const command of commands) job.addCommand(command);
  return job;
}

function createCommand(): Command {
  return withInferenceOptions(
    serviceCommand("create")
      .description("Create a job from images and print its id.")
      .argument("[files...]", "images; - is one from standard input"),
  )
    .option("--label <name:value>", "label to find the job by; repeatable", collectLabels)
    .addOption(numberOption("--priority <number>", "higher runs first", JobSettings.properties.priority))
    .option("--deadline <time>", "a time of RFC 3339; images not started by then fail")
    .option("--callback-url <url>", "URL to post the job's events to")
    .addOption(
      new Option("--callback-mode <mode>", `how the URL gets CloudEvents (default: ${callbackModes[0]})`).choices(
        callbackModes,
      ),
    )
    .option("--no-execute", "leave it in state created, so that images can be added")
    .option("--wait", "wait until it has finished; exit code 1 if an image failed")
    .option("--json", "print the job as JSON")
    .action(create);
}

function addCommand(): Command {
  return serviceCommand("add")
    .description("Add images to a job that is in state created.")
    .addArgument(theJob())
    .argument("<files...>", "images; - is one from standard input")
    .option("--json", "print the job as JSON")
    .action(add);
}

/** A command about one job, with no options of its own. */
function oneCommand(name: string, description: string): Command {
  return serviceCommand(name).description(description).addArgument(theJob()).option("--json", "print JSON");
}

/** An action that prints the job that the service answers with. */
function printed(act: (client: SightlineClient, id: string) => Promise<Job>) {
  return async (id: string, options: ConnectionOptions & Output) => printJob(await act(connect(options), id), options);
}

function resultsCommand(): Command {
  return serviceCommand("results")
    .description("Print the results of a job's images.")
    .addArgument(theJob())
    .addOption(new Option("--state <state>", "only images in this state").choices(imageStates))
    .option("--json", "print images as JSON lines")
    .action(results);
}

function deleteCommand(): Command {
  return serviceCommand("delete").description("Delete a job and its results.").addArgument(theJob()).action(remove);
}

function listCommand(): Command {
  return serviceCommand("list")
    .description("List jobs, the newest first unless --sort says otherwise.")
    .option("--id-prefix <text>", "beginning of the id, at least four characters")
    .addOption(
      suggesting(
        new Option("--state <states>", "one or more states, comma-separated").argParser(joined),
        ofWords(jobStates),
      ),
    )
    .addOption(
      suggesting(new Option("--model <name>", "only jobs that use this model, alone or with others"), modelNames),
    )
    .option("--label <name:value>", "only jobs with this label; repeatable", collectLabels)
    .option("--owner <id>", "only jobs of this owner, or of nobody with none; for administrators")
    .option("--created-from <time>", "a time of RFC 3339; only jobs created then or later")
    .option("--created-before <time>", "a time of RFC 3339; only jobs created before then")
    .addOption(
      new Option("--sort <order>", "order; a minus sorts in descending order").choices([
        "createdAt",
        "-createdAt",
        "priority",
        "-priority",
      ]),
    )
    .option("--limit <number>", "maximum number of jobs", wholeNumber(1), 20)
    .option("--json", "print jobs as JSON lines")
    .action(list);
}

/** As the query has them, where commas separate labels. */
function joinedLabels(labels: readonly string[] | undefined): string | undefined {
  return labels?.map((label) => label.replace(/[\\,]/g, "\\$&")).join(",");
}

async function create(paths: string[], options: CreateOptions): Promise<void> {
  if (paths.length === 0 && options.execute)
    throw new UsageError("Name the job's images, or give --no-execute to add them later.");
  if (options.wait && !options.execute)
    throw new UsageError("--wait has no end with --no-execute, since the job does not begin. Leave one of them out.");
  const uploads = await openImages(paths);
  const client = connect(options);
  const { execute, label, priority, deadline, callbackUrl, callbackMode } = options;
  const ofJob = givenOnly({ priority, deadline, callbackUrl, callbackMode, labels: joinedLabels(label) });
  const query = { ...inferenceQuery(options), ...ofJob } as JobQuery;
  const [first = [], ...more] = batchesOf(uploads);
  let job = await client.jobs.create(first, { ...query, execute: execute && more.length === 0 });
  try {
    for (const batch of more) job = await client.jobs.add(job.id, batch);
    if (execute && job.state === "created") job = await client.jobs.execute(job.id);
    if (options.wait) return await wait(job.id, options);
  } catch (error) {
    clearStatus();
    console.error(visibleLine(`The job was created. To see its state: sightline job get ${job.id}`));
    throw error;
  }
  if (options.json) printJob(job, options);
  else console.log(visibleLine(job.id));
}

async function add(id: string, paths: string[], options: ConnectionOptions & Output): Promise<void> {
  const uploads = await openImages(paths);
  const client = connect(options);
  const status = new StatusLine();
  let job: Job | undefined;
  let sent = 0;
  try {
    for (const batch of batchesOf(uploads)) {
      status.show(() => `${sent} of ${uploads.length} images`);
      job = await client.jobs.add(id, batch);
      sent += batch.length;
    }
  } catch (error) {
    clearStatus();
    // Run again, the command would add these images again. Those of the request that failed may have been added too.
    const advice = `To see how many the job has: sightline job get ${id}`;
    if (sent > 0) console.error(visibleLine(`At least ${sent} of ${uploads.length} images were added. ${advice}`));
    throw error;
  }
  status.clear();
  if (job) printJob(job, options);
}

async function wait(id: string, options: ConnectionOptions & Output): Promise<void> {
  const status = new StatusLine();
  let isFirst = true;
  const job = await connect(options).jobs.finished(id, (current) => {
    if (isFirst && current.state === "created")
      console.error(visibleLine(`The job waits until it is executed: sightline job execute ${id}`));
    isFirst = false;
    status.show((width) => progressLine(progressOf(current), width));
  });
  status.clear();
  printJob(job, options);
  if (job.images.failed > 0 && !options.json)
    console.error(visibleLine(`To see why images failed: sightline job results --state failed ${job.id}`));
  if (job.state !== "succeeded") process.exitCode = exitCodes.imagesFailed;
}

async function remove(id: string, options: ConnectionOptions): Promise<void> {
  await connect(options).jobs.delete(id);
  console.error(visibleLine(`The job ${id} is deleted.`));
}

async function results(id: string, { state, json, ...connection }: ResultsOptions): Promise<void> {
  const images: JobImage[] = [];
  for await (const image of connect(connection).jobs.results(id, givenOnly({ state }))) {
    if (json) console.log(JSON.stringify(image));
    else images.push(image);
  }
  if (!json) console.log(imageTable(images));
}

async function list(options: ListOptions): Promise<void> {
  const { idPrefix, state, model, label, owner, createdFrom, createdBefore, sort, limit, json, ...connection } =
    options;
  const wanted = { idPrefix, state, model, labels: joinedLabels(label), owner, createdFrom, createdBefore, sort };
  const query = givenOnly(wanted) as JobListQuery;
  const jobs: Job[] = [];
  for await (const job of connect(connection).jobs.list({ ...query, limit: Math.min(limit, 1000) })) {
    if (json) console.log(JSON.stringify(job));
    jobs.push(job);
    if (jobs.length === limit) break;
  }
  if (!json) console.log(jobTable(jobs));
}

function printJob(job: Job, { json }: Output): void {
  if (json) {
    console.log(JSON.stringify(job, null, 2));
    return;
  }
  const { images, progress } = job;
  const rate = progress.imagesPerSecond === null ? "" : `, ${progress.imagesPerSecond.toFixed(1)} images/s`;
  console.log(
    visibleLine(
      `${job.id}  ${job.state}  ${job.model}  ${images.done} done, ${images.failed} failed of ${images.total}${rate}`,
    ),
  );
}

export function progressOf({ state, images, progress }: Job): { fraction: number; details: string } {
  const { fraction, imagesPerSecond, etaSeconds } = progress;
  const rate = imagesPerSecond === null ? "" : `  ${imagesPerSecond.toFixed(1)} images/s`;
  const eta = etaSeconds === null ? "" : `  ${clockTime(etaSeconds)} left`;
  return { fraction, details: `${images.done + images.failed}/${images.total}${rate}${eta}  ${state}` };
}
