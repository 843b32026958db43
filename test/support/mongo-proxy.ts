/** A proxy for MongoDB's protocol. It can delay a command, or answer it with an error. */
import { BSON } from "mongodb";
import { startProxy } from "./proxy.ts";

/** A command as the client sent it. */
export interface SentCommand {
  readonly name: string;
  readonly collection: string;
  /** Number of documents to insert, or of statements of an update or a deletion; 0 for other commands. */
  readonly documents: number;
}

export interface Held {
  /** Resolves once the command has arrived at the proxy. */
  readonly arrived: Promise<void>;
  /** Sends the command on to the server. */
  release(): void;
}

export interface MongoProxy {
  /** `mongodb://host:port/…` to connect to. */
  readonly url: string;
  readonly sent: readonly SentCommand[];
  /** Holds back the next command with this name and collection. Others pass. */
  hold(name: string, collection: string): Held;
  /** Answers the next commands with this name and collection in place of the server, one with each answer. */
  answer(name: string, collection: string, ...answers: readonly BSON.Document[]): void;
  close(): Promise<void>;
}

const HEADER_BYTES = 16;
const OP_MSG = 2013;
const LISTS = ["documents", "updates", "deletes"];

export async function startMongoProxy(target: string): Promise<MongoProxy> {
  const { hostname: host, port } = new URL(target);
  const sent: SentCommand[] = [];
  const rules: { readonly name: string; readonly collection: string; readonly apply: (to: Exchange) => void }[] = [];

  const proxy = await startProxy({ host, port: Number(port) }, (client, upstream) => {
    upstream.on("data", (bytes) => client.write(bytes));
    let received: Buffer = Buffer.alloc(0);
    client.on("data", (bytes) => {
      received = Buffer.concat([received, bytes]);
      while (received.length >= 4 && received.length >= received.readInt32LE(0)) {
        const message = received.subarray(0, received.readInt32LE(0));
        received = received.subarray(message.length);
        const command = commandOf(message);
        if (command) sent.push(command);
        const rule = rules.findIndex(({ name, collection }) => {
          return command?.name === name && command.collection === collection;
        });
        const send = () => upstream.write(message);
        const reply = (document: BSON.Document) => client.write(answerTo(message, document));
        if (rule === -1) send();
        else rules.splice(rule, 1)[0]?.apply({ send, reply });
      }
    });
  });
  return {
    url: `mongodb://127.0.0.1:${proxy.port}/?directConnection=true`,
    sent,
    hold(name, collection) {
      const { promise: arrived, resolve } = Promise.withResolvers<void>();
      let send = () => {};
      const apply = (exchange: Exchange) => {
        send = exchange.send;
        resolve();
      };
      rules.push({ name, collection, apply });
      return { arrived, release: () => send() };
    },
    answer(name, collection, ...answers) {
      for (const answer of answers) rules.push({ name, collection, apply: ({ reply }) => reply(answer) });
    },
    close: proxy.close,
  };
}

interface Exchange {
  send(): void;
  reply(document: BSON.Document): void;
}

/** The command in a message; undefined for a message of another kind, such as the handshake. */
function commandOf(message: Buffer): SentCommand | undefined {
  if (message.readInt32LE(12) !== OP_MSG) return undefined;
  let body: BSON.Document = {};
  let documents = 0;
  for (let at = HEADER_BYTES + 4; at < message.length; ) {
    const kind = message.readUInt8(at++);
    const size = message.readInt32LE(at);
    const section = message.subarray(at, at + size);
    at += size;
    if (kind === 0) body = BSON.deserialize(section);
    else documents += countIn(section);
  }
  const [name = "", collection] = Object.entries(body)[0] ?? [];
  for (const list of LISTS) documents += body[list]?.length ?? 0;
  return { name, collection: name === "getMore" ? body.collection : String(collection), documents };
}

/** Number of documents in a sequence: its size, its name with a zero byte, then one document after the other. */
function countIn(section: Buffer): number {
  let count = 0;
  for (let at = section.indexOf(0, 4) + 1; at < section.length; at += section.readInt32LE(at)) count++;
  return count;
}

function answerTo(request: Buffer, document: BSON.Document): Buffer {
  const body = BSON.serialize(document);
  const head = Buffer.alloc(HEADER_BYTES + 5);
  head.writeInt32LE(head.length + body.length, 0);
  // The answer refers to the id of the request.
  request.copy(head, 8, 4, 8);
  head.writeInt32LE(OP_MSG, 12);
  return Buffer.concat([head, body]);
}
