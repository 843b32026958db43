/** The drop-in paths: `/uploadfile/`, `/face_encoding/{id}/`, `/stats/`, `/bonus/`. */
import { type Static, Type } from "typebox";
import { MODEL } from "./patterns.ts";
import { Vector } from "./session.ts";

const count = (description: string) => Type.Integer({ minimum: 0, description });
const closed = { additionalProperties: false } as const;

/** Status names of the drop-in API. */
const uploadStatuses = ["created", "completed", "failed"] as const;
export type UploadStatus = (typeof uploadStatuses)[number];

export const UploadedFile = Type.Object({
  id: Type.String({ description: "Id of the upload and of the job that encodes the image." }),
  status: Type.Enum([...uploadStatuses]),
  face_encoding: Type.Union([Vector, Type.Null()], {
    description: "Encoding of the largest face; null until it is available, and if the image has no face.",
  }),
});
export type UploadedFile = Static<typeof UploadedFile>;

const statusCounts = {
  total: count("All images of jobs."),
  created: count("Images pending or running."),
  completed: count("Images done."),
  failed: count("Images that failed."),
};

export const ModelStats = Type.Object({ model: Type.String(), ...statusCounts });
export const DayStats = Type.Object({ day: Type.String({ format: "date" }), ...statusCounts });

export const Stats = Type.Object({
  ...statusCounts,
  models: Type.Array(ModelStats, { description: "Counts by model." }),
  days: Type.Array(DayStats, {
    description: "Counts by the day (UTC) on which the images' jobs were created.",
  }),
});
export type Stats = Static<typeof Stats>;

const Time = Type.String({ format: "date-time", description: "RFC 3339." });

export const MeanQuery = Type.Object(
  {
    from: Type.Optional({ ...Time, description: "Only images done at or after this time." }),
    to: Type.Optional({ ...Time, description: "Only images done before this time." }),
    model: Type.Optional(
      Type.String({
        pattern: MODEL,
        default: "face-encoding",
        description: "Only encodings by this model.",
      }),
    ),
    version: Type.Optional(Type.String({ description: "The model's version; defaults to that of the newest result." })),
  },
  closed,
);
export type MeanQuery = Static<typeof MeanQuery>;

const components = (description: string) => Type.Union([Type.Array(Type.Number()), Type.Null()], { description });

export const VersionCount = Type.Object({ version: Type.String(), count: count("Number of encodings.") });

export const MeanEncoding = Type.Object({
  avg: components("The mean of the encodings; null if there are none."),
  variance: components("Variance of each component; null if there are no encodings."),
  count: count("Number of encodings. An image may have several, one per face."),
  images: count("Number of images considered."),
  skipped: count(
    "Number of these images without a face, or with encodings of another length than the newest ones of the version.",
  ),
  model: Type.String(),
  version: Type.Union([Type.String(), Type.Null()], { description: "The model version of all encodings in the mean." }),
  versions: Type.Array(VersionCount, {
    description: "All versions with stored encodings. Versions are never mixed.",
  }),
});
export type MeanEncoding = Static<typeof MeanEncoding>;
