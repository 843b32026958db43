import { Type } from "typebox";
import { JobSettings } from "./job.ts";
import { ModelList } from "./model.ts";
import { ModelOptions } from "./options.ts";

/** The query of `POST /process`. */
export const ProcessQuery = Type.Object(
  {
    models: Type.Optional(ModelList),
    ...ModelOptions.properties,
    async: Type.Optional(
      Type.Boolean({ description: "Turn the request into a job and answer at once, like `Prefer: respond-async`." }),
    ),
    annotate: Type.Optional(
      Type.Boolean({
        description: "Return the image with its boxes drawn, as PNG, instead of JSON. One image only.",
      }),
    ),
  },
  { additionalProperties: false },
);
export const Base64Image = Type.Object({
  fileName: Type.Optional(Type.String({ maxLength: 1024 })),
  data: Type.String({ description: "The file's bytes in base64 (RFC 4648), plain or as a `data:` URL." }),
});

export const ImageJson = Type.Union([Base64Image, Base64Image.properties.data], {
  description: "An image: base64 text, or an object with a file name.",
});

/** The JSON form of a job. */
export const JobJson = Type.Object(
  {
    images: Type.Optional(Type.Array(ImageJson)),
    ...JobSettings.properties,
  },
  { additionalProperties: false, description: "A job with its images. Settings in the query take precedence." },
);

/** The JSON form of a request. */
export const ImagesJson = Type.Object(
  { images: Type.Array(ImageJson, { minItems: 1 }) },
  { additionalProperties: false, description: "Images in base64." },
);
