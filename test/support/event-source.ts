/** Parses server-sent events as WHATWG HTML specifies (section 9.2.6), so that tests see what a browser would. */
export interface ServerSentEvent {
  readonly id: string;
  readonly event: string;
  readonly data: string;
}

export class EventSourceReader {
  readonly events: ServerSentEvent[] = [];
  comments = 0;
  retryMs: number | undefined;
  #isEnded = false;
  #fields: Partial<Record<string, string>> = {};
  #lastId = "";
  readonly #abort = new AbortController();

  /** @returns a reader that reads until it is closed or the server ends the stream. */
  static async open(url: string, headers: Record<string, string> = {}): Promise<EventSourceReader> {
    const reader = new EventSourceReader();
    const response = await fetch(url, {
      headers: { Accept: "text/event-stream", ...headers },
      signal: reader.#abort.signal,
    });
    if (!response.ok || !response.body || response.headers.get("content-type") !== "text/event-stream")
      throw new Error(`No event stream: ${response.status} ${response.headers.get("content-type")}`);
    void reader
      .#read(response.body)
      .catch(() => {})
      .finally(() => {
        reader.#isEnded = true;
      });
    return reader;
  }

  /** Whether the stream has ended, no matter which side ended it. */
  get isEnded(): boolean {
    return this.#isEnded;
  }

  /** The sequences of the events, with which their ids begin. */
  get sequences(): number[] {
    return this.events.map(({ id }) => Number.parseInt(id, 10));
  }

  close(): void {
    this.#abort.abort();
  }

  async #read(body: AsyncIterable<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let text = "";
    for await (const chunk of body) {
      text += decoder.decode(chunk, { stream: true });
      const lines = text.split("\n");
      text = lines.pop() as string;
      for (const line of lines) this.#take(line);
    }
  }

  #take(line: string): void {
    if (line === "") {
      this.#dispatch();
      return;
    }
    const colon = line.indexOf(":");
    if (colon === 0) {
      this.comments++;
      return;
    }
    const [name, value] = [line.slice(0, colon), line.slice(colon + 1).replace(/^ /, "")];
    if (name === "retry") this.retryMs = Number(value);
    else this.#fields[name] = value;
  }

  /** An event without data only sets the id. */
  #dispatch(): void {
    const { id, event = "message", data } = this.#fields;
    this.#fields = {};
    this.#lastId = id ?? this.#lastId;
    if (data !== undefined) this.events.push({ id: this.#lastId, event, data });
  }
}
