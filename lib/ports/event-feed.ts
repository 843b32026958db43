/** The reading half of the event log: what followers of it need. */

/** A CloudEvents 1.0 message in structured form. */
export interface CloudEvent {
  readonly specversion: "1.0";
  readonly id: string;
  readonly source: string;
  readonly type: string;
  /** `jobs/<id>` or `jobs/<id>/images/<index>`. */
  readonly subject: string;
  readonly time: string;
  readonly datacontenttype: "application/json";
  readonly data: Readonly<Record<string, unknown>>;
}

/** An event with its place in the log. */
export interface LoggedEvent {
  readonly sequence: number;
  readonly event: CloudEvent;
}

export interface EventFeed {
  /** The next events in ascending order; an empty page means there are none yet. */
  read(request: { readonly after: number; readonly limit: number }): Promise<LoggedEvent[]>;

  /** Wakes the listener after events were appended. @returns stops the waking. */
  subscribe(listener: () => void): () => void;
}
