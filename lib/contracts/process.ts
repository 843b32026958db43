import { type Static, Type } from "typebox";
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
        description:
          "Return the image with its boxes drawn, instead of JSON: as PNG, or with `Accept: image/jpeg` as JPEG. One image only.",
      }),
    ),
  },
  { additionalProperties: false },
);
const closed = { additionalProperties: false } as const;
const FileName = Type.Optional(Type.String({ maxLength: 1024 }));

export const Base64Image = Type.Object(
  {
    fileName: FileName,
    data: Type.String({ description: "The file's bytes in base64 (RFC 4648), plain or as a `data:` URL." }),
  },
  closed,
);

/** URL of an image. It is checked when the image is fetched, so that a wrong URL is a problem of that image alone. */
export const ImageUrl = Type.String({
  description:
    "An http or https URL of the file, without credentials. The service fetches it if it is configured to " +
    "(`IMAGE_URLS`), from public addresses only.",
  examples: ["https://images.example.com/group.jpg"],
});

export const UrlImage = Type.Object({ fileName: FileName, url: ImageUrl }, closed);

export const ImageJson = Type.Union([Base64Image, UrlImage, Base64Image.properties.data], {
  description: "An image: base64 text, or an object with base64 text or a URL, which may have a file name.",
});
export type ImageJson = Static<typeof ImageJson>;

export function isImageUrl(image: ImageJson): image is Static<typeof UrlImage> {
  return typeof image === "object" && "url" in image;
}

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
  { additionalProperties: false, description: "Images in base64 or by URL." },
);
