/** What the drop-in paths take and give: `/uploadfile/`, `/face_encoding/{id}/`, `/stats/`, `/bonus/`. */
import { type Static, Type } from "typebox";
import { MODEL_NAME } from "./model.ts";
import { Vector } from "./session.ts";

const count = (description: string) => Type.Integer({ minimum: 0, description });
const closed = { additionalProperties: false } as const;

/** As the document calls them. */
export const uploadStatuses = ["created", "completed", "failed"] as const;
export type UploadStatus = (typeof uploadStatuses)[number];

export const UploadedFile = Type.Object({
  id: Type.String({ description: "Also the id of the job that encodes the image." }),
  status: Type.Enum([...uploadStatuses]),
  face_encoding: Type.Union([Vector, Type.Null()], {
    description: "Of the largest face; null before it is there, and where the image shows none.",
  }),
});
export type UploadedFile = Static<typeof UploadedFile>;

const statusCounts = {
  total: count("All images of jobs."),
  created: count("Images that wait or are in work."),
  completed: count("Images that are done."),
  failed: count("Images that have failed."),
};

export const Stats = Type.Object({
  ...statusCounts,
  models: Type.Array(Type.Object({ model: Type.String(), ...statusCounts }), { description: "The same by model." }),
  days: Type.Array(Type.Object({ day: Type.String({ format: "date" }), ...statusCounts }), {
    description: "The same by the day (UTC) on which the images' jobs were created.",
  }),
});
export type Stats = Static<typeof Stats>;

const Time = Type.String({ format: "date-time", description: "RFC 3339." });

export const MeanQuery = Type.Object(
  {
    from: Type.Optional({ ...Time, description: "Only images that were done then or later." }),
    to: Type.Optional({ ...Time, description: "Only images that were done before." }),
    model: Type.Optional(Type.String({ pattern: `^${MODEL_NAME}$`, default: "face-encoding" })),
    version: Type.Optional(Type.String({ description: "The model's version; left out, that of the newest result." })),
  },
  closed,
);
export type MeanQuery = Static<typeof MeanQuery>;

const components = (description: string) => Type.Union([Type.Array(Type.Number()), Type.Null()], { description });

export const MeanEncoding = Type.Object({
  avg: components("The mean of the encodings; null where there is none."),
  variance: components("Of each component, about the mean."),
  count: count("Encodings: faces, of which an image may have several."),
  images: count("Images that were looked at."),
  skipped: count("Of these, the ones without a face."),
  model: Type.String(),
  version: Type.Union([Type.String(), Type.Null()], { description: "Of all encodings in the mean." }),
  versions: Type.Array(Type.Object({ version: Type.String(), count: count("Encodings.") }), {
    description: "All versions that there are encodings of. They are never mixed.",
  }),
});
export type MeanEncoding = Static<typeof MeanEncoding>;
