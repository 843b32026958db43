/**
 * Follows the event log over one connection. After an interruption it resumes by sequence, so no event is lost or
 * repeated. It disconnects while the page is hidden.
 */
import { api } from "./api.js";
import { parseVisible } from "./visible-json.js";

const KEPT = 300;
/**
 * Number of events to begin with, and the longest gap to catch up on. After a longer one the views are reloaded
 * instead.
 */
const BACKLOG = 50;
const LONGEST_GAP = 2_000;
/** Silence after which the connection counts as dead. The service sends a heartbeat every 15 seconds. */
const SILENCE_MS = 40_000;
const [SHORTEST_PAUSE_MS, LONGEST_PAUSE_MS] = [300, 5_000];

export class LiveEvents {
  /** `connecting`, `live`, `reconnecting` or `paused`. */
  state = "connecting";
  /** The newest events with their sequences, ascending. */
  recent = [];
  /** The sequence after which `recent` has all events that may be read. */
  begin = 0;
  #sequence;
  /** Id of the newest event in the stream. */
  #lastId;
  #listener;
  #abort = new AbortController();
  #isRunning = false;

  /**
   * @param listener `onState()`, `onEvent(event)`, `onRestart()` when events may have been skipped, and `onRefused()`.
   */
  constructor(listener) {
    this.#listener = listener;
  }

  /** The position in the log up to which events were read; 0 before it is known. */
  get sequence() {
    return this.#sequence ?? 0;
  }

  async start() {
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#abort = new AbortController();
    const { signal } = this.#abort;
    for (let pauseMs = SHORTEST_PAUSE_MS; !signal.aborted; ) {
      const startedAt = performance.now();
      const error = await this.#follow(signal).catch((thrown) => thrown);
      if (signal.aborted) return;
      if (error?.status === 401) return this.#listener.onRefused();
      this.#setState("reconnecting");
      pauseMs = performance.now() - startedAt > LONGEST_PAUSE_MS ? SHORTEST_PAUSE_MS : pauseMs * 2;
      // Adds jitter, so that not all pages reconnect at once after a restart of the service.
      const jittered = Math.min(pauseMs, LONGEST_PAUSE_MS) * (0.5 + Math.random() / 2);
      const waitMs = Math.max(jittered, error?.retryAfterMs ?? 0);
      await new Promise((resolve) => setTimeout(resolve, waitMs));
    }
  }

  stop() {
    this.#isRunning = false;
    this.#abort.abort();
    this.#setState("paused");
  }

  /** Forgets events that the next identity must not see. */
  forget() {
    this.stop();
    this.#sequence = undefined;
    this.recent = [];
  }

  async #follow(signal) {
    const silence = new AbortController();
    const either = AbortSignal.any([signal, silence.signal]);
    let timer;
    const watch = () => {
      clearTimeout(timer);
      timer = setTimeout(() => silence.abort(), SILENCE_MS);
    };
    // Watches from the beginning, because the connection of the first request may be dead, too.
    watch();
    try {
      const { lastSequence } = await api.whoAmI(either);
      if (lastSequence === undefined) throw new Error("The log cannot be read.");
      const gap = lastSequence - (this.#sequence ?? Number.NEGATIVE_INFINITY);
      // A log that ends before the last event read is a different log.
      if (gap < 0 || gap > LONGEST_GAP) this.#restart(Math.max(0, lastSequence - BACKLOG));
      const stream = await api.eventStream(this.#lastId, either);
      this.#setState("live");
      watch();
      const reader = stream.pipeThrough(new TextDecoderStream()).getReader();
      for (let text = ""; ; ) {
        const { done, value } = await reader.read();
        if (done) return;
        watch();
        const blocks = (text + value).split("\n\n");
        text = blocks.pop();
        for (const block of blocks) this.#take(block);
      }
    } finally {
      clearTimeout(timer);
      silence.abort();
    }
  }

  #restart(sequence) {
    this.#sequence = sequence;
    this.#lastId = sequence;
    this.begin = sequence;
    this.recent = [];
    this.#listener.onRestart();
  }

  #take(block) {
    const lines = block.split("\n");
    const field = (name) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
    const data = field("data");
    if (data === undefined) return;
    if (field("event") === "reset") {
      this.#sequence = undefined;
      throw new Error("The log was restored from a backup.");
    }
    const message = parseVisible(data);
    const sequence = Number(message.sequence);
    if (sequence <= this.#sequence) return;
    this.#sequence = sequence;
    this.#lastId = field("id");
    const event = { ...message, sequence };
    this.recent.push(event);
    if (this.recent.length > KEPT * 2) {
      this.begin = this.recent.at(-KEPT - 1).sequence;
      this.recent = this.recent.slice(-KEPT);
    }
    this.#listener.onEvent(event);
  }

  #setState(state) {
    if (state === this.state) return;
    this.state = state;
    this.#listener.onState();
  }
}
