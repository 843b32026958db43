/** An operation's sample call, from which the text in each language is made. */

/** How a sample calls an operation over HTTP. Values may name variables of the shell, as `$JOB_ID`. */
export interface SampleRequest {
  /** Values of the path's parameters. */
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly headers?: Readonly<Record<string, string>>;
  /** Names of files that are sent as a form. */
  readonly files?: readonly string[];
  /** The name of a file that is sent as it is. */
  readonly file?: string;
  readonly json?: string;
  /** The file that the answer is written to. */
  readonly output?: string;
}

/**
 * The call by both clients, such as `jobs.get(jobId)`. Python has its own form where names and literals are not enough.
 */
export interface SampleCall {
  readonly typescript: string;
  /** By default the TypeScript call with names in snake case. */
  readonly python?: string;
  /** What the call returns: a value, an iterator of items, or nothing. */
  readonly gives?: "value" | "items" | "nothing";
}

export type Sample = { readonly request?: SampleRequest } & (
  | { readonly call: SampleCall }
  /** Who makes the call, if not our clients. */
  | { readonly caller: string }
);
