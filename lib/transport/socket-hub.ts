/**
 * Routes packets between the processes of one service. It runs in the main process and listens on a Unix socket, whose
 * folder only the service's user can enter.
 */
import { once } from "node:events";
import { rmSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";
import { type Frame, readFrames, sendFrame } from "./packet-frames.ts";

/** Types of the hub's own frames. HELLO is the first frame of a process, with its node id. */
export const HELLO = "HELLO";
/** Answer to HELLO, with the node ids of all connected processes (`Members`) in JSON. */
export const WELCOME = "WELCOME";
/** Says that a process is no longer connected. */
export const LEFT = "LEFT";

export interface Members {
  readonly main: string;
  readonly others: readonly string[];
}

export interface SocketHubSettings {
  /** Node id of the main process. */
  readonly nodeID: string;
  readonly path: string;
  /** Called with a frame for the main process. */
  readonly onFrame: (frame: Frame) => void;
  /** Called when a connection has ended. The process may be gone, or stuck. */
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
    // A killed main process may have left its socket behind.
    rmSync(this.#settings.path, { force: true });
    this.#server.listen(this.#settings.path);
    await once(this.#server, "listening");
  }

  close(): void {
    this.#server.close();
    for (const socket of this.#sockets) socket.destroySoon();
  }

  /** Sends a frame from the main process. */
  send(frame: Frame): void {
    this.#route(frame, undefined);
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    let nodeID: string | undefined;
    readFrames(socket, (frame) => {
      if (frame.type !== HELLO) return this.#route(frame, socket);
      nodeID = frame.target;
      this.#admit(nodeID, socket);
    });
    socket.on("error", () => {});
    socket.on("close", () => {
      this.#sockets.delete(socket);
      if (nodeID === undefined || this.#members.get(nodeID) !== socket) return;
      this.#members.delete(nodeID);
      for (const other of this.#members.values()) sendFrame(other, { type: LEFT, target: nodeID });
      this.#settings.onLeft(nodeID);
    });
  }

  #admit(nodeID: string, socket: Socket): void {
    this.#members.set(nodeID, socket);
    const members: Members = { main: this.#settings.nodeID, others: [...this.#members.keys()] };
    sendFrame(socket, { type: WELCOME, target: nodeID, data: Buffer.from(JSON.stringify(members)) });
  }

  #route(frame: Frame, from: Socket | undefined): void {
    const { target } = frame;
    const { nodeID, onFrame, onLeft } = this.#settings;
    if (target === "") {
      for (const member of this.#members.values()) if (member !== from) sendFrame(member, frame);
      if (from) onFrame(frame);
    } else if (target === nodeID) {
      onFrame(frame);
    } else {
      const member = this.#members.get(target);
      if (member) sendFrame(member, frame);
      else if (from) sendFrame(from, { type: LEFT, target });
      else onLeft(target);
    }
  }
}
