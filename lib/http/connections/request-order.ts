/**
 * Carries out the requests of a connection one after the other, in their order. A client may send several without
 * waiting for answers; each may depend on the effects of the previous ones (RFC 9112, section 9.3.2). Requests that
 * follow the last answer of a connection are dropped. The client cannot know whether they were carried out, and will
 * send them again (section 9.6).
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;

interface Waiting {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly handle: RequestHandler;
  readonly bytes: number;
}

/** The requests of one connection. */
interface Queue {
  readonly socket: Socket;
  isBusy: boolean;
  /** Requests that wait for the one that is being carried out. */
  readonly waiting: Waiting[];
  /** Whether a request was refused. Its answer is then the last one. */
  isFull: boolean;
  /** Memory of the requests that wait. */
  bytes: number;
}

interface Refusals {
  /** Answers a request at once because too many wait already. */
  readonly refuse: RequestHandler;
  /**
   * Called when the connection with the most waiting requests was closed for lack of memory. An answer would have to
   * wait too.
   */
  readonly onDropped: () => void;
}

/**
 * Waiting requests of a connection above which no more is read from it. Node would read 2 MB, which is 100,000
 * requests, before it turns to the next connection. With fewer it reads on, because otherwise it would not notice that
 * a client has gone.
 */
const READ_ON_UP_TO = 10;
/** Maximum waiting requests of a connection. Only clients that do not read their answers, or attackers, send more. */
const MAX_WAITING = 100;
/** Maximum memory of the waiting requests of all connections. */
const MAX_WAITING_BYTES = 32 * 2 ** 20;
/** Measured memory: 1.6 kB in Node, including the response, plus what the gateway keeps for it. */
const BYTES_PER_REQUEST = 4096;
/** Measured memory: two short strings, and their places in two collections. */
const BYTES_PER_HEADER = 128;

export class RequestOrder {
  readonly #refusals: Refusals;
  readonly #queues = new Map<Socket, Queue>();
  #waitingBytes = 0;

  constructor(refusals: Refusals) {
    this.#refusals = refusals;
  }

  inOrder(handle: RequestHandler): RequestHandler {
    return (request, response) => {
      const { socket } = request;
      if (hasEnded(socket)) return;
      const queue = this.#queues.get(socket) ?? this.#open(socket);
      if (!queue.isBusy) this.#start(queue, { request, response, handle, bytes: 0 });
      else this.#wait(queue, { request, response, handle, bytes: bytesOf(request) });
    };
  }

  /** Responses to the waiting requests of a connection, in their order. */
  waitingOn(connection: Duplex): ServerResponse[] {
    return (this.#queues.get(connection as Socket)?.waiting ?? []).map(({ response }) => response);
  }

  #open(socket: Socket): Queue {
    const queue: Queue = { socket, isBusy: false, waiting: [], isFull: false, bytes: 0 };
    this.#queues.set(socket, queue);
    socket.once("close", () => this.#forget(queue));
    return queue;
  }

  #wait(queue: Queue, waiting: Waiting): void {
    const { request, response, bytes } = waiting;
    this.#count(queue, bytes);
    if (queue.waiting.length === READ_ON_UP_TO) pause(queue.socket);
    if (this.#waitingBytes > MAX_WAITING_BYTES) this.#dropLargest();
    if (hasEnded(queue.socket)) return;
    if (queue.isFull) return;
    if (queue.waiting.length < MAX_WAITING) {
      queue.waiting.push(waiting);
      return;
    }
    queue.isFull = true;
    ignoreRest(queue.socket);
    this.#refusals.refuse(request, response);
  }

  #start(queue: Queue, { request, response, handle, bytes }: Waiting): void {
    if (hasEnded(request.socket)) return;
    queue.isBusy = true;
    this.#count(queue, -bytes);
    response.once("close", () => {
      const next = queue.waiting.shift();
      if (queue.waiting.length <= READ_ON_UP_TO && !queue.isFull) queue.socket.resume();
      // Other connections have their turn first, because 100 answers in a row may never wait for anything.
      if (next) setImmediate(() => this.#start(queue, next));
      else queue.isBusy = false;
    });
    handle(request, response);
  }

  /**
   * Closes the largest connection instead of the newest: otherwise clients with few requests would suffer from those
   * with many.
   */
  #dropLargest(): void {
    const [first, ...others] = this.#queues.values();
    const largest = others.reduce((most, queue) => (queue.bytes > most.bytes ? queue : most), first as Queue);
    this.#forget(largest);
    largest.socket.destroy();
    this.#refusals.onDropped();
  }

  #forget(queue: Queue): void {
    this.#queues.delete(queue.socket);
    this.#count(queue, -queue.bytes);
  }

  #count(queue: Queue, bytes: number): void {
    queue.bytes += bytes;
    this.#waitingBytes += bytes;
  }
}

/** Approximate memory of a request and its response before anything is done for it. */
function bytesOf({ rawHeaders, url = "" }: IncomingMessage): number {
  const text = rawHeaders.reduce((sum, { length }) => sum + length, url.length);
  return BYTES_PER_REQUEST + text + (rawHeaders.length / 2) * BYTES_PER_HEADER;
}

/** Whether the last answer was sent, or the client has gone. */
function hasEnded({ destroyed, writableEnded }: Socket): boolean {
  return destroyed || writableEnded;
}

/** Stops reading once Node has parsed what it has read, because each complete request makes Node read on. */
function pause(socket: Socket): void {
  process.nextTick(() => socket.pause());
}

/**
 * Ignores what Node still reads from the connection. Its requests would be dropped, and would cost most of the time of
 * a flood: each has a response, and an error with its stack when the connection closes. Node does not document the
 * property. Without it, only this saving is lost.
 */
function ignoreRest(socket: Socket): void {
  const { parser } = socket as { parser?: { onIncoming: () => number } };
  if (parser) parser.onIncoming = () => 0;
}
