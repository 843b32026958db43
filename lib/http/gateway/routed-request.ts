import type { IncomingMessage } from "node:http";

/** A request with the fields that moleculer-web adds. A request that is refused earlier lacks them. */
export type RoutedRequest = IncomingMessage & {
  /** Path and query as sent; moleculer-web rewrites `url`. */
  readonly originalUrl?: string;
  /** The matched route. */
  readonly $alias?: { readonly path: string };
};
