/** Facts about one error for programs. They are members of its problem details (RFC 9457, section 3.2). */
import { type Static, type TOptional, type TSchema, Type } from "typebox";

const count = (description: string) => Type.Integer({ minimum: 0, description });
const list = <T extends TSchema>(items: T, description: string) =>
  Type.Unsafe<readonly Static<T>[]>(Type.Array(items, { description }));
const side = (of: string) => Type.Integer({ minimum: 1, description: `${of} of the image, in pixels.` });

/** All facts by name. No two errors use a name for different things. */
const facts = {
  faults: list(Type.String(), "What is wrong with the request; the first few faults."),
  maxImageBytes: count("Most bytes of an image file."),
  maxRequestBytes: count("Most bytes of a request, or of one in JSON."),
  maxImagesPerRequest: count("Most images of a request."),
  maxImageUrlsPerRequest: count("Most images of a request that are named by URL."),
  maxResultBytes: count("Most bytes of the results of a request, as JSON."),
  width: side("Width"),
  height: side("Height"),
  maxImagePixels: count("Most pixels of an image."),
  maxSide: count("Most pixels of a side of an image in this format."),
  maxScans: count("Most scans of a JPEG of this size."),
  sha256: Type.String({ description: "SHA-256 of the file's bytes." }),
  timeoutMs: Type.Number({ minimum: 0, description: "The time that was not enough." }),
  acceptEncoding: Type.String({ description: "The content codings that a body may have." }),
  answerStatus: Type.Integer({ description: "The status of the other server's answer." }),
  model: Type.String({ description: "The model's name." }),
  expected: list(Type.Integer(), "The shape of the tensor; -1 stands for any size."),
  dimensions: count("The length of the model's encodings."),
  faces: count("Faces found in the image."),
  maxFaces: count("Most faces of an image."),
  maxPictures: count("Most images of a session."),
  index: count("Which image or face of the request or job it is, from 0."),
  otherIndex: count("The other face, if it is of the request too, from 0."),
  faceId: Type.String({ description: "The other face, if it is of the collection." }),
  distance: Type.Number({ minimum: 0, description: "Euclidean distance of the two encodings." }),
  measure: Type.String({ description: "The measure that does not meet the collection's requirement." }),
  value: Type.Number({ description: "The measure of the face." }),
  least: Type.Number({ description: "The least that the collection requires." }),
  most: Type.Number({ description: "The most that the collection allows." }),
  state: Type.String({ description: "The state of the job or image that forbids it." }),
  lastSequence: count("Sequence of the newest event."),
  scopes: list(Type.String(), "A key needs one of these scopes."),
  storedBytes: count("Bytes that are kept for the owner's jobs."),
  maxBytes: count("Most bytes that are kept for the owner's jobs."),
  limit: count("The most that one owner may have."),
};
type Facts = typeof facts;

export const problemFacts = Object.fromEntries(
  Object.entries(facts).map(([name, schema]) => [name, Type.Optional(schema as TSchema)]),
) as { [Name in keyof Facts]: TOptional<Facts[Name]> };

export type ProblemFacts = { readonly [Name in keyof Facts]?: Static<Facts[Name]> };
