/** Client of the public HTTP API, with types from the API document. */
import type { components, operations } from "./api-types.ts";
import { Collections, type Comparison, compare, type FaceInput } from "./collections.ts";
import { type Answer, Connection, itemsOf, PAGE } from "./connection.ts";
import { type EventSettings, followEvents, type JobEvent } from "./event-stream.ts";
import { formOf, type ImageFile, type Images, imagesOf, rawBodyOf } from "./image-file.ts";
import { Jobs } from "./jobs.ts";
import { Keys } from "./keys.ts";
import { checkName } from "./path.ts";
import { pause } from "./pause.ts";
import { Session } from "./session.ts";
import type { ClientSettings } from "./settings.ts";
import { Uploads } from "./uploads.ts";
import { WebhookDeliveries } from "./webhook-deliveries.ts";
import { WebhookSecrets } from "./webhook-secrets.ts";

type Schemas = components["schemas"];
export type ProcessResult = Schemas["ProcessResult"];
export type AnalysisResult = Schemas["AnalysisResult"];
export type Model = Schemas["Model"];
export type WhoAmI = Schemas["WhoAmI"];
export type AuditEntry = Schemas["AuditEntry"];
export type EventPage = Schemas["EventPage"];
export type EventQuery = NonNullable<operations["listEvents"]["parameters"]["query"]>;
export type ServiceNode = Schemas["Node"];
export type Statistics = Schemas["Statistics"];
export type Activity = Schemas["ActivityOfRange"];
export type ActivityRange = Activity["range"];
export type Erasure = Schemas["Erasure"];
export type RepositoryModel = components["schemas"]["RepositoryModel"];
export type NewErasure = operations["erase"]["requestBody"]["content"]["application/json"];
type Query = NonNullable<operations["process"]["parameters"]["query"]>;
/** `async` and `annotate` would change the form of the answer. Use a job, or {@link SightlineClient.annotate}. */
export type ProcessQuery = Omit<Query, "async" | "annotate">;
/** Without `models`, the answer has the faces directly. */
export type FaceQuery = Omit<ProcessQuery, "models"> & { readonly models?: never };

const ERASURE_POLL_MS = 500;

/**
 * All methods throw ServiceProblem if the service refuses, ServiceUnreachable if it does not answer. While it is at
 * capacity, or if the connection is lost, requests are sent again, unless that could have an effect twice. An id or a
 * name that cannot be part of an address, such as `..`, is refused with a TypeError.
 */
export class SightlineClient {
  readonly url: string;
  readonly jobs: Jobs;
  readonly session: Session;
  readonly collections: Collections;
  readonly uploads: Uploads;
  readonly keys: Keys;
  readonly webhookDeliveries: WebhookDeliveries;
  readonly webhookSecrets: WebhookSecrets;
  readonly #settings: ClientSettings;
  readonly #connection: Connection;

  constructor(settings: ClientSettings) {
    const connection = new Connection(settings);
    this.url = connection.url;
    this.jobs = new Jobs(connection);
    this.session = new Session(connection);
    this.collections = new Collections(connection);
    this.uploads = new Uploads(connection);
    this.keys = new Keys(connection);
    this.webhookDeliveries = new WebhookDeliveries(connection);
    this.webhookSecrets = new WebhookSecrets(connection);
    this.#settings = settings;
    this.#connection = connection;
  }

  /** The key that requests are sent with. */
  get key(): string | undefined {
    return this.#settings.key;
  }

  /** A client with other settings, such as a signal for a few requests. */
  with(settings: Partial<ClientSettings>): SightlineClient {
    return new SightlineClient({ ...this.#settings, ...settings });
  }

  /** Readiness and threads of the node that answers. */
  async ready(): Promise<{ status: string; threads: number }> {
    return this.#connection.send((api) => api.GET("/readyz"));
  }

  /** @returns a receipt for each image, in order: its faces, or the results of the models that the query names. */
  async process(images: Images, query?: FaceQuery): Promise<ProcessResult>;
  async process(images: Images, query: ProcessQuery & { models: string }): Promise<AnalysisResult>;
  async process(images: Images, query: ProcessQuery = {}): Promise<ProcessResult | AnalysisResult> {
    const params = { query };
    const listed = imagesOf(images);
    return this.#connection.send(
      (api) => api.POST("/process", { params, ...formOf(listed) }) as Promise<Answer<ProcessResult | AnalysisResult>>,
    );
  }

  /** The image with its results drawn in, as PNG. */
  async annotate(image: ImageFile, query: ProcessQuery = {}): Promise<Blob> {
    const headers = { Accept: "image/png", "Content-Type": "application/octet-stream" };
    const options = { params: { query }, headers, parseAs: "blob" } as const;
    return this.#connection.send(
      (api) => api.POST("/process", { ...options, ...rawBodyOf(image) }) as Promise<Answer<Blob>>,
    );
  }

  /**
   * A page of the events of all jobs or of one, in order. With `wait`, the service waits up to that many seconds for
   * the first event.
   */
  async eventsPage({ jobId, ...query }: EventQuery & { readonly jobId?: string } = {}): Promise<EventPage> {
    return this.#connection.send((api) =>
      jobId === undefined
        ? (api.GET("/v1/events", { params: { query } }) as Promise<Answer<EventPage>>)
        : (api.GET("/v1/jobs/{id}/events", { params: { path: { id: jobId }, query } }) as Promise<Answer<EventPage>>),
    );
  }

  /** Events of all jobs, or of one, as they happen and without an end. A lost connection is opened again. */
  events(settings: EventSettings = {}): AsyncGenerator<JobEvent, void, void> {
    const { url, headers, patienceMs } = this.#connection;
    const { jobId } = settings;
    if (jobId !== undefined) checkName(jobId);
    const path = jobId === undefined ? "/v1/events" : `/v1/jobs/${encodeURIComponent(jobId)}/events`;
    const signals = [this.#connection.signal, settings.signal].filter((signal) => signal !== undefined);
    return followEvents({ url: url + path, headers, signal: AbortSignal.any(signals), patienceMs }, settings);
  }

  /** @returns a client with the key of a new session, whose {@link SightlineClient.key} can be stored. */
  async openSession(): Promise<SightlineClient> {
    const { key } = await this.#connection.send((api) => api.POST("/session"), false);
    return this.with({ key });
  }

  /** Compares two faces: how similar they are, and whether they are of the same person. */
  async compare(first: FaceInput, second: FaceInput): Promise<Comparison> {
    return compare(this.#connection, first, second);
  }

  async models(): Promise<Model[]> {
    return (await this.#connection.send((api) => api.GET("/v1/models"))).items;
  }

  async model(name: string): Promise<Model> {
    return this.#connection.send((api) => api.GET("/v1/models/{name}", { params: { path: { name } } }));
  }

  /**
   * Has all detectors load the model, or load it anew from its manifest and files; needs an admin key. Requests
   * continue meanwhile. If the model cannot be loaded, nothing changes.
   */
  async loadModel(name: string): Promise<RepositoryModel> {
    const params = { path: { name } };
    return this.#connection.send((api) => api.POST("/v2/repository/models/{name}/load", { params }));
  }

  /** Has all detectors unload the model; needs an admin key. */
  async unloadModel(name: string): Promise<RepositoryModel> {
    const params = { path: { name } };
    return this.#connection.send((api) => api.POST("/v2/repository/models/{name}/unload", { params }));
  }

  /** The holder of the client's key. */
  async whoAmI(): Promise<WhoAmI> {
    return this.#connection.send((api) => api.GET("/v1/whoami"));
  }

  /** The nodes of the service, and the load of each. */
  async nodes(): Promise<ServiceNode[]> {
    return (await this.#connection.send((api) => api.GET("/v1/nodes"))).items;
  }

  /**
   * The jobs by state. Covers the jobs of the key's owner or, for those who may read the metrics, all jobs, with the
   * queue and the throughput and latency of the last hour.
   */
  async statistics(): Promise<Statistics> {
    return this.#connection.send((api) => api.GET("/v1/statistics"));
  }

  /** Throughput and latency over the last hour, day or month. */
  async activity(range: ActivityRange = "hour"): Promise<Activity> {
    return this.#connection.send((api) => api.GET("/v1/activity", { params: { query: { range } } }));
  }

  /** The audit log, newest first, fetched page by page; needs an admin key. */
  audit(): AsyncGenerator<AuditEntry, void, void> {
    return itemsOf((from) =>
      this.#connection.send((api) => api.GET("/v1/audit", { params: { query: { limit: PAGE, ...from } } })),
    );
  }

  /**
   * Erases all data of an owner, by default the client's own.
   * @returns the receipt, once the erasure has ended.
   * @throws ServiceProblem. When the client erases its own data and an answer is lost, the code may be KEY_INVALID: the
   *   erasure has erased the key, and continues.
   */
  async erase(whose: NewErasure = {}): Promise<Erasure> {
    let receipt: Erasure = await this.#connection.send(
      (api) => api.POST("/v1/erasures", { body: whose }) as Promise<Answer<Erasure>>,
    );
    while (receipt.state === "running") {
      await pause(ERASURE_POLL_MS, this.#connection.signal);
      receipt = await this.erasure(receipt.id);
    }
    return receipt;
  }

  /** The present receipt of an erasure. */
  async erasure(id: string): Promise<Erasure> {
    return this.#connection.send((api) => api.GET("/v1/erasures/{id}", { params: { path: { id } } }));
  }
}
