import type { IncomingMessage } from "node:http";

/** A request as moleculer-web completes it, if it does: one that is refused before has less. */
export type RoutedRequest = IncomingMessage & {
  /** Path and query as sent; moleculer-web rewrites `url`. */
  readonly originalUrl?: string;
  /** The matched route. */
  readonly $alias?: { readonly path: string };
};
