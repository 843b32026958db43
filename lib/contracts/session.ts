import { type Static, Type } from "typebox";
import { contractsOf, NoResult } from "./action.ts";
import { Bytes } from "./bytes.ts";
import { Creation } from "./creation.ts";
import { FaceQuality } from "./face-quality.ts";
import { IdentityResult } from "./key.ts";
import { Box } from "./receipt.ts";
import { AnalysisTimings } from "./results.ts";
import { Sha256 } from "./sha256.ts";

const closed = { additionalProperties: false } as const;

export const Vector = Type.Array(Type.Number(), { description: "An encoding: a unit vector." });

export const SessionKey = Type.Object({
  key: Type.String({ format: "uuid", description: "The session's key. It cannot be retrieved again." }),
});

export const EncodedFace = Type.Object({
  box: Type.Optional(Box),
  score: Type.Optional(Type.Number({ description: "The detector's confidence." })),
  encoding: Vector,
  quality: Type.Optional(FaceQuality),
});

/** The response of `POST /encode`. */
export const EncodedImage = Type.Object({
  sha256: Type.String({ description: "SHA-256 of the image's bytes." }),
  model: Type.String(),
  version: Type.String({ description: "The model's version; encodings of different versions cannot be compared." }),
  width: Type.Integer(),
  height: Type.Integer(),
  faces: Type.Array(EncodedFace, { description: "1 to 6 faces. A remote encoder gives no boxes and no quality." }),
});
export type EncodedImage = Static<typeof EncodedImage>;

/** An encoding with the timings of its computation, which admission uses. */
export const MeasuredEncoding = Type.Object({ ...EncodedImage.properties, timings: AnalysisTimings });

export const SummaryFace = Type.Object({ encoding: Vector });
export const SummaryImage = Type.Object({ faces: Type.Array(SummaryFace) });

export const Summary = Type.Object({
  image_encodings: Type.Array(SummaryImage, {
    description: "The session's images, in the order of upload.",
  }),
});

export const KeyParams = Type.Object({ key: Type.String({ maxLength: 64 }) }, closed);

/** The key that opens a session; absent if none does. */
export const OpenParams = Type.Object({ openedBy: Type.Optional(Type.String()) }, closed);

export const SessionParams = Type.Object({ id: Type.String({ maxLength: 64 }) }, closed);
export const AccountResult = Type.Object({ account: Type.Optional(Type.String()) });

/** An image, or the hash of an image that the session has sent before. */
export const EncodeParams = Type.Object(
  { image: Type.Optional(Bytes), sha256: Type.Optional(Sha256), creation: Type.Optional(Creation) },
  closed,
);

export const sessionActions = contractsOf("sessions", {
  /** Opens a session and hands out its key. */
  open: { params: OpenParams, result: SessionKey },
  /**
   * Identifies the holder of a session's key.
   * @throws SESSION_KEY_INVALID; KEY_INVALID if the key that opened the session is not valid.
   */
  identify: { params: KeyParams, result: IdentityResult, isRepeatable: true },
  /**
   * The owner of the key that opened the session with this id; none if there is no such session, or no key opened it.
   */
  account: { params: SessionParams, result: AccountResult, isRepeatable: true },
  /** Encodes an image into the session. @throws SESSION_FULL, NO_FACE, TOO_MANY_FACES, PICTURE_UNKNOWN */
  encode: { params: EncodeParams, result: MeasuredEncoding },
  /** @throws SESSION_FULL */
  requireRoom: { result: NoResult, isRepeatable: true },
  /** The encodings of the session's images, in the order of upload. */
  summary: { result: Summary, isRepeatable: true },
  /** Removes everything that belongs to the session. The key stays usable. */
  erase: { result: NoResult, isRepeatable: true },
});
