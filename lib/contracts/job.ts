import { type Static, Type } from "typebox";
import { DEFAULT_PRIORITY, imageStates, jobStates, MAX_PRIORITY, MIN_PRIORITY } from "./job-states.ts";
import { ModelList, ModelNames } from "./model.ts";
import { ModelOptions } from "./options.ts";
import { JOB_ID_PREFIX, LABEL, LABEL_NAME, MODEL } from "./patterns.ts";
import { Problem } from "./problem.ts";
import type { Detection as DetectionResult } from "./receipt.ts";
import { type Analysis as AnalysisOfImage, ImageFindings } from "./results.ts";
import { WaitSeconds } from "./waiting.ts";

const Time = Type.String({ format: "date-time", description: "RFC 3339, UTC." });
const count = (description: string) => Type.Integer({ minimum: 0, description });

const states = jobStates.map((state) => `\`${state}\``).join(", ");

export const JobId = Type.String({ pattern: "^[0-9a-z-]{1,64}$", description: "The job's id." });

const labelsOf = (value: { readonly pattern?: string }) =>
  Type.Record(Type.String({ pattern: LABEL_NAME }), Type.String({ maxLength: 255, ...value }), {
    maxProperties: 32,
    additionalProperties: false,
    description: "Custom labels to find jobs by.",
  });
export const Labels = labelsOf({ pattern: LABEL });
/** The labels of a stored job. It may be from a time when their values could be any text. */
const StoredLabels = labelsOf({});

/** CloudEvents' content modes: the event as the body (the default), or its data, with its attributes as headers. */
export const callbackModes = ["structured", "binary"] as const;
export type CallbackMode = (typeof callbackModes)[number];

/** A job's settings, without its images. */
export const JobSettings = Type.Object(
  {
    model: Type.Optional(Type.String({ pattern: MODEL, default: "faces-haar", description: "The model to run." })),
    models: Type.Optional(ModelNames),
    options: Type.Optional(ModelOptions),
    labels: Type.Optional(Labels),
    priority: Type.Optional(
      Type.Integer({
        minimum: MIN_PRIORITY,
        maximum: MAX_PRIORITY,
        default: DEFAULT_PRIORITY,
        description: "Higher runs first.",
      }),
    ),
    deadline: Type.Optional(Type.String({ format: "date-time", description: "Images not started by then fail." })),
    callbackUrl: Type.Optional(Type.String({ maxLength: 2048, description: "Webhook URL for the job's events." })),
    callbackMode: Type.Optional(
      Type.Enum([...callbackModes], {
        default: callbackModes[0],
        description:
          "How webhooks carry events: `structured`, the whole CloudEvent as the body, or `binary`, its data as the body " +
          "and its attributes as headers `ce-…`.",
      }),
    ),
    execute: Type.Optional(
      Type.Boolean({ default: true, description: "False leaves the job `created`: add images, then execute it." }),
    ),
  },
  { additionalProperties: false },
);
export type JobSettings = Static<typeof JobSettings>;

const { options: _options, labels: _labels, models: _models, ...plainSettings } = JobSettings.properties;

/** A job's settings in a query, with options flattened and labels as one string. */
export const JobQuery = Type.Object(
  {
    ...plainSettings,
    models: Type.Optional(ModelList),
    ...ModelOptions.properties,
    labels: Type.Optional(
      Type.String({
        description:
          "Custom labels to find jobs by: `key:value,key:value`. A comma in a value is `\\,` and a backslash `\\\\`.",
      }),
    ),
  },
  { additionalProperties: false },
);
export type JobQuery = Static<typeof JobQuery>;

export const Progress = Type.Object({
  fraction: Type.Number({ minimum: 0, maximum: 1, description: "Fraction of the images that are done or failed." }),
  imagesPerSecond: Type.Union([Type.Number({ minimum: 0 }), Type.Null()], {
    description: "Throughput of this job since it started; null before.",
  }),
  etaSeconds: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], {
    description: "Estimated seconds to completion at that rate; null if unknown.",
  }),
});

export const ImageCounts = Type.Object({
  total: count("All images."),
  pending: count("Images waiting."),
  running: count("Images being processed."),
  done: count("Images with a result."),
  failed: count("Images with a problem."),
});

export const Job = Type.Object({
  id: JobId,
  state: Type.Enum([...jobStates]),
  model: Type.String({ description: "The model, or the models joined by commas." }),
  models: Type.Optional(Type.Array(Type.String(), { description: "The models, if the job names any." })),
  options: ModelOptions,
  labels: StoredLabels,
  owner: Type.Optional(
    Type.String({ description: "The owner of the key or session that created it; absent if it belongs to nobody." }),
  ),
  priority: Type.Integer(),
  deadline: Type.Optional(Time),
  callbackUrl: Type.Optional(Type.String({ description: "Webhook URL. Its query is replaced by `…`." })),
  callbackMode: Type.Optional(Type.Enum([...callbackModes])),
  createdAt: Time,
  queuedAt: Type.Optional(Time),
  startedAt: Type.Optional(Time),
  finishedAt: Type.Optional(Time),
  images: ImageCounts,
  progress: Progress,
});
export type Job = Static<typeof Job>;

/** One image of a job, with its receipt once processed. */
export const JobImage = Type.Object({
  index: Type.Integer({ minimum: 0, description: "Position in the order of upload." }),
  fileName: Type.Union([Type.String(), Type.Null()]),
  sha256: Type.String(),
  bytes: Type.Integer({ minimum: 0 }),
  state: Type.Enum([...imageStates]),
  attempts: Type.Integer({ minimum: 0, description: "Attempts started so far." }),
  result: Type.Optional(ImageFindings),
  problem: Type.Optional(Problem),
  startedAt: Type.Optional(Time),
  finishedAt: Type.Optional(Time),
});
export type JobImage = Omit<Static<typeof JobImage>, "result"> & {
  /** `faces` for the default model, `results` for named models. */
  result?: Pick<DetectionResult, "width" | "height" | "timings"> &
    Partial<Pick<DetectionResult, "faces"> & Pick<AnalysisOfImage, "results">>;
};

const cursor = Type.Optional(Type.String({ description: "`nextCursor` of the previous page." }));
const limit = (maximum: number, fallback: number) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum, default: fallback, description: "Maximum items per page." }));
const NextCursor = Type.Optional(Type.String({ description: "Absent on the last page." }));

export const JobListQuery = Type.Object(
  {
    idPrefix: Type.Optional(
      Type.String({
        pattern: JOB_ID_PREFIX,
        description: "Only jobs whose id begins so; at least four characters.",
      }),
    ),
    state: Type.Optional(Type.String({ description: `One or more of ${states}, separated by commas.` })),
    model: Type.Optional(Type.String({ description: "Only jobs with this model, possibly among others." })),
    labels: Type.Optional(Type.String({ description: "Only jobs with these labels, written as in `POST /v1/jobs`." })),
    owner: Type.Optional(
      Type.String({
        maxLength: 64,
        description:
          "Only jobs of this owner, `none` for those of nobody. Administrators may name any; for others, jobs of other " +
          "owners are not there.",
      }),
    ),
    createdFrom: Type.Optional(Type.String({ format: "date-time", description: "Only jobs created then or later." })),
    createdBefore: Type.Optional(Type.String({ format: "date-time", description: "Only jobs created before then." })),
    sort: Type.Optional(
      Type.Enum(["createdAt", "-createdAt", "priority", "-priority"], {
        default: "-createdAt",
        description: "A minus sorts in descending order.",
      }),
    ),
    cursor,
    limit: limit(1000, 100),
  },
  { additionalProperties: false },
);
export type JobListQuery = Static<typeof JobListQuery>;

export const JobPage = Type.Object({ items: Type.Array(Job), nextCursor: NextCursor });

export const ResultsQuery = Type.Object(
  {
    cursor,
    limit: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1000,
        default: 100,
        description: "Maximum items per page. A page of large results, above 16 MiB, has fewer.",
      }),
    ),
    state: Type.Optional(Type.Enum([...imageStates], { description: "Only images in this state." })),
    wait: Type.Optional(WaitSeconds("the job to finish")),
  },
  { additionalProperties: false },
);
export type ResultsQuery = Static<typeof ResultsQuery>;

export const ResultsPage = Type.Object({
  jobState: Type.Enum([...jobStates]),
  items: Type.Array(JobImage, {
    description: "The images of the job in the order of upload; all states unless filtered by `state`.",
  }),
  nextCursor: NextCursor,
});

export const ExportQuery = Type.Object(
  {
    format: Type.Optional(
      Type.Enum(["csv", "json"], { default: "csv", description: "A line for each image, or an array of all images." }),
    ),
    state: Type.Optional(Type.Enum([...imageStates], { description: "Only images in this state." })),
  },
  { additionalProperties: false },
);

export const DeadLettersQuery = Type.Object({ cursor, limit: limit(1000, 100) }, { additionalProperties: false });

export const DeadLetter = Type.Object({ jobId: JobId, ...JobImage.properties });

export const DeadLetterPage = Type.Object({
  items: Type.Array(DeadLetter),
  nextCursor: NextCursor,
});
