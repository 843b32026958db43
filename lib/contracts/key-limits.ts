import { type Static, Type } from "typebox";

const most = (description: string, maximum: number) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum, description }));

export const KeyLimits = Type.Object(
  {
    requestsPerMinute: most("Requests in a minute.", 100_000_000),
    imagesPerMinute: most(
      "Images in a minute, to be processed at once or as part of a job. They count when they are accepted.",
      100_000_000,
    ),
    storedBytes: most(
      "Bytes that the images of all unfinished jobs of the key's owner may take, and those of failed jobs as long as they are kept.",
      2 ** 50,
    ),
  },
  {
    additionalProperties: false,
    minProperties: 1,
    description:
      "What may be done with the key and with the sessions opened with it, over all gateways. A limit that is absent is none.",
  },
);
export type KeyLimits = Static<typeof KeyLimits>;
