/** A request as routes get it, with the gateway that received it. */
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Context, Service } from "moleculer";
import type { Admission } from "../../admission/admission.ts";
import type { SharedBlobs } from "../../backends/blob-access.ts";
import type { ClientConnections } from "../../limits/client-connections.ts";
import type { ProcessActivity } from "../../monitor/process-activity.ts";
import type { Identity } from "../../sessions/scopes.ts";
import type { AuditBuffer } from "../access/audit-buffer.ts";
import type { ClientLimits } from "../access/client-limits.ts";
import type { Identities } from "../access/identities.ts";
import type { RequestsInFlight } from "../connections/requests-in-flight.ts";
import type { EarlyRefusals } from "./early-refusals.ts";
import type { RoutedRequest } from "./routed-request.ts";

export type GatewayRequest = RoutedRequest & {
  readonly $ctx: Context;
  readonly originalUrl: string;
  readonly query: Record<string, string>;
  readonly parsedUrl: string;
  /** Path parameters only. */
  $params: Record<string, string>;
  readonly $service: Gateway;
  /** The identity that the request's key proves; absent without a key. */
  $identity?: Identity;
};

export interface Alias {
  readonly method: string;
  match(url: string): unknown;
}

export interface Gateway extends Service {
  readonly server: Server;
  readonly aliases: readonly Alias[];
  readonly inFlight: RequestsInFlight;
  readonly connections: ClientConnections;
  /** Whether the node is shutting down. */
  isLeaving: boolean;
  /** Aborted on shutdown; ends long polls and event streams. */
  draining: AbortController;
  /** Blob store for the images of jobs. */
  readonly blobs: SharedBlobs;
  readonly admission: Admission;
  readonly earlyRefusals: EarlyRefusals;
  readonly identities: Identities;
  readonly limits: ClientLimits;
  readonly audit: AuditBuffer;
  /** Counts the images that are processed at once. */
  readonly activity: ProcessActivity;
  httpHandler(request: IncomingMessage, response: ServerResponse): Promise<void>;
  methodsOf(path: string): string[];
  drain(): Promise<number>;
}
