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

  get ids(): number[] {
    return this.events.map(({ id }) => Number(id));
  }

  close(): void {
    this.#abort.abort();
  }

  async #read(body: AsyncIterable<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    let text = "";
    for await (const chunk of body) {
      text += decoder.decode(chunk, { stream: true });
      const blocks = text.split("\n\n");
      text = blocks.pop() as string;
      for (const block of blocks) this.#take(block);
    }
  }

  #take(block: string): void {
    const fields: Record<string, string> = {};
    for (const line of block.split("\n")) {
      const colon = line.indexOf(":");
      if (colon === 0) this.comments++;
      else fields[line.slice(0, colon)] = line.slice(colon + 1).replace(/^ /, "");
    }
    if (fields.retry) this.retryMs = Number(fields.retry);
    if (fields.data === undefined) return;
    this.events.push({ id: fields.id ?? "", event: fields.event ?? "message", data: fields.data });
  }
}
