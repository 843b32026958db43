/** Exports of the package `sightline-client`. */
export type {
  Collection,
  CollectionFace,
  Collections,
  Comparison,
  FaceInput,
  MatchList,
} from "./collections.ts";
export { type Problem, type ProblemCode, ServiceProblem, ServiceUnreachable, UnreadableImage } from "./errors.ts";
export type { EventSettings, JobEvent } from "./event-stream.ts";
export { type Box, type Face, facesOf } from "./faces.ts";
export { type ImageFile, type Images, NoImageFile, type Upload } from "./image-file.ts";
export {
  type DeadLetter,
  type ExportQuery,
  isFinished,
  type Job,
  type JobImage,
  type JobListQuery,
  type JobQuery,
  type Jobs,
} from "./jobs.ts";
export type { CreatedKey, Key, KeyScope, Keys, NewKey } from "./keys.ts";
export type { EncodedPicture, Session, Summary } from "./session.ts";
export type { ClientSettings } from "./settings.ts";
export {
  type Activity,
  type AnalysisResult,
  type AuditEntry,
  type Erasure,
  type EventPage,
  type EventQuery,
  type FaceQuery,
  type Model,
  type NewErasure,
  type ProcessQuery,
  type ProcessResult,
  type ServiceNode,
  SightlineClient,
  type Statistics,
  type WhoAmI,
} from "./sightline-client.ts";
export type { ImageStatistics, MeanEncoding, MeanQuery, UploadedFile, Uploads } from "./uploads.ts";
export type { Delivery, WebhookDeliveries } from "./webhook-deliveries.ts";
export type { CreatedReceiverSecret, NewReceiverSecret, ReceiverSecret, WebhookSecrets } from "./webhook-secrets.ts";
