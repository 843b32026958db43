/**
 * Carries out the requests of a connection one after the other, in their order. A client may send several without waiting
 * for answers; each may depend on what the ones before it do (RFC 9112, section 9.3.2). Those behind an answer that was the
 * last of the connection are dropped: their client cannot know of them, and will send them again (section 9.6).
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Socket } from "node:net";

export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => void;

interface Waiting {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly handle: RequestHandler;
}

/** More of a connection wait only of a client that does not read its answers, or means harm. */
const MAX_WAITING = 100;

export class RequestOrder {
  /** Answers requests at once that are too many to wait. Node reads no further while many answers wait to be sent. */
  readonly #refuse: RequestHandler;
  /** What waits for the request that is being carried out, by connection. */
  readonly #queues = new WeakMap<object, Waiting[]>();

  constructor(refuse: RequestHandler) {
    this.#refuse = refuse;
  }

  inOrder(handle: RequestHandler): RequestHandler {
    return (request, response) => {
      const { socket } = request;
      const queue = this.#queues.get(socket);
      if (!queue) this.#start({ request, response, handle }, []);
      else if (queue.length < MAX_WAITING) queue.push({ request, response, handle });
      else this.#refuse(request, response);
    };
  }

  /** The responses to the requests of a connection that are not carried out yet, in their order. */
  waitingOn(connection: object): ServerResponse[] {
    return (this.#queues.get(connection) ?? []).map(({ response }) => response);
  }

  #start({ request, response, handle }: Waiting, queue: Waiting[]): void {
    const { socket } = request;
    if (hasEnded(socket)) return;
    this.#queues.set(socket, queue);
    response.once("close", () => {
      this.#queues.delete(socket);
      const next = queue.shift();
      if (next) this.#start(next, queue);
    });
    handle(request, response);
  }
}

/** Whether the last answer was sent, or the client has gone. */
function hasEnded({ destroyed, writableEnded }: Socket): boolean {
  return destroyed || writableEnded;
}
