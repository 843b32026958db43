/** Building blocks of the API document. */
import type * as oas31 from "openapi3-ts/oas31";
import type { TObject, TSchema } from "typebox";
import { AuditEntry, AuditPage } from "../contracts/audit.ts";
import {
  CollectionList,
  CollectionView,
  CompareJson,
  Comparison,
  EncodingJson,
  FaceImageJson,
  FaceJson,
  FaceList,
  FacePage,
  FacesJson,
  FaceUrlJson,
  FaceView,
  Match,
  MatchList,
  NewCollection,
  Requirements,
} from "../contracts/collection.ts";
import { DayStats, MeanEncoding, ModelStats, Stats, UploadedFile, VersionCount } from "../contracts/compatibility.ts";
import { Delivery, DeliveryPage } from "../contracts/delivery.ts";
import { Erasure } from "../contracts/erasure.ts";
import { CloudEvent, CloudEventBatch, Event, EventPage } from "../contracts/event.ts";
import { FaceQuality, HeadPose } from "../contracts/face-quality.ts";
import {
  InferenceRequest,
  InferenceResponse,
  LoadRequest,
  ModelConfig,
  ModelMetadata,
  ModelStatistics,
  RepositoryIndex,
  RepositoryIndexRequest,
  RepositoryModel,
  StatisticsList,
  UnloadRequest,
} from "../contracts/inference.ts";
import {
  DeadLetter,
  DeadLetterPage,
  ImageCounts,
  Job,
  JobImage,
  JobPage,
  Progress,
  ResultsPage,
} from "../contracts/job.ts";
import { CreatedKey, Key, KeyLimits, KeyPage, NewKey, Scope, SignInRequest, WhoAmI } from "../contracts/key.ts";
import {
  HaarEngineState,
  Model,
  ModelFile,
  ModelPage,
  NetworkForm,
  QualityMeasure,
  TensorForm,
} from "../contracts/model.ts";
import {
  Activity,
  ActivityBuckets,
  ActivityOfRange,
  DetectorLoad,
  JobStatistics,
  LastHour,
  LastMinute,
  Node,
  NodePage,
  QueueStatistics,
  Statistics,
} from "../contracts/monitor.ts";
import { Problem, ProblemKind, ProblemKindList, toProblem } from "../contracts/problem.ts";
import { Base64Image, ImageJson, ImagesJson, JobJson, UrlImage } from "../contracts/process.ts";
import { Box, ImageProblem, ImageResult, ProcessResult, Timings } from "../contracts/receipt.ts";
import {
  Analysis,
  AnalysisResult,
  Face,
  FoundObject,
  ImageFindings,
  ImageReceipt,
  ImageTimings,
  LabelScore,
  ModelResult,
  ProcessAnswer,
} from "../contracts/results.ts";
import { EncodedFace, EncodedImage, SessionKey, Summary, SummaryFace, SummaryImage } from "../contracts/session.ts";
import { CreatedReceiverSecret, ReceiverSecret, ReceiverSecretList } from "../contracts/webhook-secret.ts";
import { definitions, type ErrorCode, failure } from "../errors.ts";
import { headersOf } from "./headers.ts";

/** Schemas defined once, under `components`. */
export const schemas: Record<string, TSchema> = {
  Box,
  Timings,
  Problem,
  ProblemKind,
  ProblemKindList,
  ImageResult,
  ImageProblem,
  ProcessResult,
  HeadPose,
  FaceQuality,
  Face,
  LabelScore,
  FoundObject,
  ModelResult,
  Analysis,
  AnalysisResult,
  ProcessAnswer,
  ImageTimings,
  ImageFindings,
  Receipt: ImageReceipt,
  Base64Image,
  UrlImage,
  ImageJson,
  ImagesJson,
  JobJson,
  ImageCounts,
  Progress,
  DeadLetter,
  EncodedFace,
  SummaryFace,
  SummaryImage,
  ModelStats,
  DayStats,
  VersionCount,
  EncodingJson,
  FaceImageJson,
  FaceUrlJson,
  FaceJson,
  FacesJson,
  CompareJson,
  Requirements,
  NewCollection,
  CollectionFace: FaceView,
  Match,
  KeyLimits,
  Scope,
  NewKey,
  SignInRequest,
  ModelFile,
  QualityMeasure,
  TensorForm,
  NetworkForm,
  LastHour,
  LastMinute,
  ActivityBuckets,
  QueueStatistics,
  JobStatistics,
  Job,
  JobPage,
  JobImage,
  ResultsPage,
  DeadLetterPage,
  Event,
  EventPage,
  CloudEvent,
  CloudEventBatch,
  Key,
  CreatedKey,
  KeyPage,
  Erasure,
  AuditEntry,
  AuditPage,
  ReceiverSecret,
  CreatedReceiverSecret,
  ReceiverSecretList,
  Delivery,
  DeliveryPage,
  WhoAmI,
  SessionKey,
  EncodedPicture: EncodedImage,
  Summary,
  UploadedFile,
  Stats,
  MeanEncoding,
  Comparison,
  CollectionView,
  CollectionList,
  FaceList,
  FacePage,
  MatchList,
  HaarEngineState,
  Model,
  ModelPage,
  DetectorLoad,
  Node,
  NodePage,
  Activity,
  ActivityOfRange,
  Statistics,
  ModelMetadata,
  ModelConfig,
  ModelStatistics,
  StatisticsList,
  RepositoryIndexRequest,
  LoadRequest,
  UnloadRequest,
  RepositoryModel,
  RepositoryIndex,
  InferenceRequest,
  InferenceResponse,
};

/** A schema where the document has one. The document refers to those that have a name. */
export const schemaOf = (schema: TSchema) => schema as unknown as oas31.SchemaObject;

/** An example of each problem, for `components`. */
export const problemExamples: Readonly<Record<string, oas31.ExampleObject>> = Object.fromEntries(
  Object.entries(definitions).map(([code, { title }]) => [
    code,
    { value: toProblem(failure(code as ErrorCode, `${title}.`)) },
  ]),
);

/** Error responses by status, with an example of each problem. */
export function problemResponses(codes: readonly ErrorCode[]): oas31.ResponsesObject {
  const statuses = Map.groupBy(codes, (code) => definitions[code].status);
  return Object.fromEntries(
    Array.from(statuses, ([status, ofStatus]) => [
      status,
      {
        description: ofStatus.map((code) => `\`${code}\`: ${definitions[code].title}.`).join("\n\n"),
        ...(ofStatus.some((code) => "retryable" in definitions[code]) && {
          headers: headersOf("Retry-After"),
        }),
        content: {
          "application/problem+json": {
            schema: schemaOf(Problem),
            examples: Object.fromEntries(ofStatus.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
          },
        },
      } satisfies oas31.ResponseObject,
    ]),
  );
}

export function queryParameters(query: TObject): oas31.ParameterObject[] {
  return Object.entries(query.properties).map(([name, schema]) => {
    const { description, ...rest } = schema as TSchema & { description?: string };
    return { name, in: "query", schema: rest as oas31.SchemaObject, ...(description && { description }) };
  });
}

export const modelName: oas31.ParameterObject = {
  name: "name",
  in: "path",
  required: true,
  description: "The model's name.",
  schema: { type: "string" },
};

export const binary = (type: string): oas31.ContentObject => ({
  [type]: { schema: { type: "string", format: "binary" } },
});

/** A successful JSON response. */
export function jsonResponse(description: string, schema: TSchema, example?: unknown): oas31.ResponseObject {
  const content = { schema: schemaOf(schema), ...(example !== undefined && { example }) };
  return { description, content: { "application/json": content } };
}

/** A body that must be JSON. */
export function jsonBody(schema: TSchema): oas31.RequestBodyObject {
  return { required: true, content: { "application/json": { schema: schemaOf(schema) } } };
}

/** Codes of every route that reads such a body. */
export const jsonBodyErrors = [
  "MALFORMED_REQUEST",
  "UPLOAD_TIMEOUT",
  "REQUEST_TOO_LARGE",
  "UNSUPPORTED_MEDIA_TYPE",
  "OVERLOADED",
] as const satisfies ErrorCode[];
