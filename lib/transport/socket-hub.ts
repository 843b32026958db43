/**
 * Routes packets between the processes of one service. It runs in the main process and listens on a Unix socket, whose
 * folder only the service's user can enter.
 */
import { once } from "node:events";
import { rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { encodeFrame, type Frame, FrameReader } from "./packet-frames.ts";

/** Types of the hub's own frames. The first of a process, with its node id. */
export const HELLO = "HELLO";
/** The answer, with the node ids of all connected processes (`Members`) in JSON. */
export const WELCOME = "WELCOME";
/** A process is no longer connected. */
export const LEFT = "LEFT";

export interface Members {
  readonly main: string;
  readonly others: readonly string[];
}

/** Unsent bytes at which a process counts as stuck: far above the images that may be on their way to one. */
const MAX_UNSENT_BYTES = 512 * 2 ** 20;
const NOTHING = Buffer.alloc(0);

export interface SocketHubSettings {
  /** Node id of the main process. */
  readonly nodeID: string;
  readonly path: string;
  /** A frame for the main process. */
  readonly onFrame: (frame: Frame) => void;
  /** A connection has ended. The process may be gone, or stuck. */
  readonly onLeft: (nodeID: string) => void;
}

export class SocketHub {
  readonly #settings: SocketHubSettings;
  readonly #server: Server;
  readonly #members = new Map<string, Socket>();
  readonly #sockets = new Set<Socket>();

  constructor(settings: SocketHubSettings) {
    this.#settings = settings;
    this.#server = createServer((socket) => this.#accept(socket));
  }

  /** @throws the error of the socket. */
  async listen(): Promise<void> {
    // Left behind by a killed main process.
    rmSync(this.#settings.path, { force: true });
    this.#server.listen(this.#settings.path);
    await once(this.#server, "listening");
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroySoon();
  }

  /** Sends a frame of the main process. */
  send(frame: Frame): void {
    this.#route(frame, undefined);
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    const reader = new FrameReader();
    let nodeID: string | undefined;
    socket.on("data", (chunk) => {
      try {
        for (const frame of reader.push(chunk)) {
          if (frame.type === HELLO) {
            nodeID = frame.target;
            this.#admit(nodeID, socket);
          } else {
            this.#route(frame, socket);
          }
        }
      } catch {
        socket.destroy();
      }
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      this.#sockets.delete(socket);
      if (nodeID === undefined || this.#members.get(nodeID) !== socket) return;
      this.#members.delete(nodeID);
      for (const other of this.#members.values()) write(other, { type: LEFT, target: nodeID, data: NOTHING });
      this.#settings.onLeft(nodeID);
    });
  }

  #admit(nodeID: string, socket: Socket): void {
    this.#members.set(nodeID, socket);
    const members: Members = { main: this.#settings.nodeID, others: [...this.#members.keys()] };
    write(socket, { type: WELCOME, target: nodeID, data: Buffer.from(JSON.stringify(members)) });
  }

  #route(frame: Frame, from: Socket | undefined): void {
    const { target } = frame;
    const { nodeID, onFrame, onLeft } = this.#settings;
    if (target === "") {
      for (const member of this.#members.values()) if (member !== from) write(member, frame);
      if (from) onFrame(frame);
    } else if (target === nodeID) {
      onFrame(frame);
    } else {
      const member = this.#members.get(target);
      if (member) write(member, frame);
      else if (from) write(from, { type: LEFT, target, data: NOTHING });
      else onLeft(target);
    }
  }
}

/** Ends the connection of a process that has stopped reading. */
export function write(socket: Socket, frame: Frame): void {
  if (socket.writableLength > MAX_UNSENT_BYTES) {
    socket.destroy();
    return;
  }
  const [head, data] = encodeFrame(frame);
  socket.cork();
  socket.write(head);
  if (data.length > 0) socket.write(data);
  socket.uncork();
}
