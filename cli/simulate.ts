/** `sightline simulate`: simulates clients and measures how the service handles their load. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type Command, Option } from "commander";
import { createFolder, SHARED_MODE } from "../lib/folders/create-folder.ts";
import packageJson from "../package.json" with { type: "json" };
import {
  type ConnectionOptions,
  connect,
  decimal,
  duration,
  interrupted,
  serviceCommand,
  timeOption,
  wholeNumber,
} from "./command.ts";
import { exitCodes, UsageError } from "./failure.ts";
import { type InferenceOptions, inferenceQuery, withInferenceOptions } from "./inference-options.ts";
import { loadImageMix } from "./simulate/image-mix.ts";
import { exceeded, type Limit, parseLimit } from "./simulate/limits.ts";
import { type Arrivals, type LoadResult, type LoadSettings, makeLoad } from "./simulate/load.ts";
import { describeTrial, findKnee, kneeOf, type Trial, trialOf } from "./simulate/ramp.ts";
import { seededRandom } from "./simulate/random.ts";
import type { Recorder } from "./simulate/recorder.ts";
import { type SimulationReport, simulationPage } from "./simulate/report.ts";
import { Sender } from "./simulate/sender.ts";
import { sizingFor } from "./simulate/sizing.ts";
import { summarize } from "./simulate/summary.ts";
import { StatusLine } from "./terminal.ts";

interface Options extends ConnectionOptions, InferenceOptions {
  readonly rate?: number;
  readonly concurrency?: number;
  readonly ramp?: true;
  readonly images: number;
  readonly pictures?: string[];
  readonly bad: number;
  readonly duration: number;
  readonly warmUp: number;
  readonly timeout: number;
  readonly limitP95: number;
  readonly want?: number;
  readonly seed: number;
  readonly out: string;
  readonly failIf?: Limit[];
}

const DURATION_MS = 10_000;
/** Duration of one rate of a ramp. */
const STEP_MS = 5_000;
const DEFAULT_CLIENTS = 8;
const RAMP = { startRate: 20, tolerance: 0.03, maxTrials: 40 };

/** @param samples A folder of images that are sent unless the options name others. */
export function simulateCommand(samples: string): Command {
  const command = serviceCommand("simulate").description(
    "Generate load as clients would and report how the service handles it.",
  );
  return withInferenceOptions(command)
    .addOption(
      new Option("--rate <number>", "requests per second at random times, without waiting for answers")
        .argParser(decimal(0.01, 100_000))
        .conflicts("concurrency"),
    )
    .option(
      "--concurrency <number>",
      `clients that each wait for their answer (default: ${DEFAULT_CLIENTS} if no --rate)`,
      wholeNumber(1, 2000),
    )
    .option("--ramp", "find the highest rate with a p95 within the limit and no request refused")
    .option("--images <number>", "images per request", wholeNumber(1, 1000), 1)
    .option(
      "--pictures <path[=weight]>",
      "image or folder to send from, by default sample images; repeatable for a mix",
      collect,
    )
    .option("--bad <share>", "fraction of invalid inputs (0 to 1)", decimal(0, 1), 0)
    .option(
      "--duration <time>",
      `length of the measurement (default: ${DURATION_MS / 1000}s), or with --ramp of each step (default: ${STEP_MS / 1000}s)`,
      duration,
    )
    .addOption(timeOption("--warm-up <time>", "time under load before the measurement", "1s"))
    .addOption(timeOption("--timeout <time>", "time-out of a request", "30s"))
    .addOption(timeOption("--limit-p95 <time>", "with --ramp: highest acceptable p95 latency", "200ms"))
    .option("--want <images/s>", "report how many threads and replicas this rate needs", decimal(0.01))
    .option("--seed <number>", "the same seed gives the same arrivals and images", wholeNumber(0), 1)
    .option(
      "--fail-if <limit>",
      `exit code ${exitCodes.limitExceeded} if this holds for the results, such as p95>200ms (p50, p75, p90, p95, p99), errors>0, errors>1% (failed requests), rate<50/s (images); repeatable`,
      collectLimits,
    )
    .option("--out <folder>", "folder for simulate.html and simulate.json", "sightline-simulation")
    .addHelpText(
      "after",
      `
Times are 500ms, 10s or 2m. Latency is measured from the moment a request was due.

Examples:
  sightline simulate --rate 50 --duration 30s
  sightline simulate --concurrency 32 --images 5 --pictures photos --bad 0.05
  sightline simulate --models objects --concurrency 8
  sightline simulate --pictures portraits=3 --pictures landscapes=1
  sightline simulate --ramp --limit-p95 100ms --want 500
  sightline simulate --rate 50 --fail-if 'p95>200ms' --fail-if 'errors>1%'`,
    )
    .action((options: Options) => simulate({ ...options, pictures: options.pictures ?? [samples] }));
}

function collectLimits(text: string, before: Limit[] = []): Limit[] {
  return [...before, parseLimit(text)];
}

function collect(value: string, before: string[] = []): string[] {
  return [...before, value];
}

async function simulate(given: Options & { readonly pictures: string[] }): Promise<void> {
  const options = { ...given, duration: given.duration ?? (given.ramp ? STEP_MS : DURATION_MS) };
  if (options.ramp && options.concurrency !== undefined) throw new UsageError("--ramp is a matter of --rate.");
  const { url, key, images, bad, seed } = options;
  const sources = options.pictures;
  const query = inferenceQuery(options);
  const startedAt = new Date().toISOString();
  const { threads } = await connect(options).ready();
  const random = seededRandom(seed);
  const mix = await loadImageMix({ sources, badShare: bad, imagesPerRequest: images }, random);
  const sender = new Sender({ url, key, timeoutMs: options.timeout, query });
  const target = { mix, random, send: (body: Buffer) => sender.send(body) };
  const run = (arrivals: Arrivals, isHopeless?: LoadSettings["isHopeless"]) => {
    const { duration: durationMs, warmUp: warmUpMs } = options;
    const onProgress = tellProgress(arrivals, status);
    const hopeless = isHopeless && { isHopeless };
    return makeLoad(target, { arrivals, durationMs, warmUpMs, signal: interrupted, onProgress, ...hopeless });
  };
  const status = new StatusLine();
  try {
    const arrivals: Arrivals =
      options.rate === undefined
        ? { concurrency: options.concurrency ?? DEFAULT_CLIENTS }
        : { requestsPerSecond: options.rate };
    const measured = options.ramp ? await ramp(run, options, status) : { result: await run(arrivals) };
    status.clear();
    const { result, trials } = measured as { result?: LoadResult; trials?: Trial[] };
    const settings = {
      ...(options.ramp ? { ramp: true } : arrivals),
      ...query,
      ...describe(options, sources, mix.imageCount),
    };
    // A service that refuses requests is at its limit; so are threads that always have work waiting.
    const isLimit =
      options.ramp === true ||
      (result?.recorder.failed ?? 0) > 0 ||
      ("concurrency" in arrivals && arrivals.concurrency >= 2 * threads);
    await report(
      { startedAt, threads, settings, isLimit, ...(result && { result }), ...(trials && { trials }) },
      options,
    );
  } finally {
    sender.close();
  }
}

function describe(
  { images, bad, duration, warmUp, timeout, limitP95, seed }: Options,
  sources: string[],
  count: number,
) {
  return {
    imagesPerRequest: images,
    pictures: sources,
    differentPictures: count,
    badShare: bad,
    durationMs: duration,
    warmUpMs: warmUp,
    timeoutMs: timeout,
    limitP95Ms: limitP95,
    seed,
  };
}

function tellProgress(arrivals: Arrivals, status: StatusLine) {
  const load =
    "concurrency" in arrivals ? `${arrivals.concurrency} clients` : `${arrivals.requestsPerSecond.toFixed(1)} sent/s`;
  return (recorder: Recorder, inFlight: number, elapsedMs: number) =>
    status.show(() => {
      const { imagesPerSecond } = recorder.figures(performance.now());
      const [p50, p95] = [50, 95].map((percent) => recorder.latency.percentile(percent).toFixed(1));
      const seconds = (elapsedMs / 1000).toFixed(1);
      const counts = `${recorder.failed} failed, ${inFlight} open`;
      return `${seconds} s, ${load}: ${imagesPerSecond.toFixed(1)} images/s, p50 ${p50} p95 ${p95} ms, ${counts}`;
    });
}

type Run = (arrivals: Arrivals, isHopeless?: LoadSettings["isHopeless"]) => Promise<LoadResult>;

async function ramp(
  run: Run,
  { rate, limitP95 }: Options,
  status: StatusLine,
): Promise<{ result?: LoadResult; trials: Trial[] }> {
  const results = new Map<Trial, LoadResult>();
  const tryRate = async (requestsPerSecond: number): Promise<Trial> => {
    // Little's law: with this many in flight, even the mean latency is twice the limit.
    const backlog = Math.max(32, (requestsPerSecond * 2 * limitP95) / 1000);
    const result = await run({ requestsPerSecond }, (recorder, inFlight) => inFlight > backlog || recorder.failed > 10);
    const { recorder, wasCutShort } = result;
    const trial = trialOf(requestsPerSecond, { figures: recorder.figures(), wasCutShort }, limitP95);
    results.set(trial, result);
    if (!interrupted.aborted) status.say(describeTrial(trial));
    return trial;
  };
  const trials = await findKnee(tryRate, { ...RAMP, startRate: rate ?? RAMP.startRate }, interrupted);
  const knee = kneeOf(trials);
  const result = knee && results.get(knee);
  return { trials, ...(result && { result }) };
}

interface Measured {
  readonly startedAt: string;
  readonly threads: number;
  readonly settings: SimulationReport["settings"];
  readonly isLimit: boolean;
  readonly result?: LoadResult;
  readonly trials?: Trial[];
}

async function report(
  { result, trials, isLimit, ...rest }: Measured,
  { url, want, out, failIf = [] }: Options,
): Promise<void> {
  const figures = result?.recorder.figures();
  const sizing =
    want !== undefined && figures && figures.imagesPerSecond > 0
      ? sizingFor(want, { imagesPerSecond: figures.imagesPerSecond, threads: rest.threads, isLimit })
      : undefined;
  const knee = trials && { trials, kneeRequestsPerSecond: kneeOf(trials)?.requestsPerSecond ?? null };
  const failures = exceeded(failIf, figures);
  const content: SimulationReport = {
    version: packageJson.version,
    ...rest,
    url,
    ...(figures && { figures }),
    ...(result && { throughput: result.recorder.throughput(), slowest: result.recorder.slowest() }),
    ...(knee && { ramp: knee }),
    ...(sizing && { sizing }),
    ...(failIf.length > 0 && { limits: { failIf: failIf.map(({ text }) => text), exceeded: failures } }),
  };
  createFolder(out, SHARED_MODE);
  await writeFile(join(out, "simulate.json"), `${JSON.stringify(content, null, 2)}\n`);
  await writeFile(join(out, "simulate.html"), simulationPage(content));
  console.log(summarize(content));
  console.log(`Report: ${join(out, "simulate.html")}, ${join(out, "simulate.json")}`);
  for (const failure of failures) console.error(`sightline: ${failure}`);
  if (failures.length > 0) process.exitCode = exitCodes.limitExceeded;
}
