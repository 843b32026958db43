/** Credentials for NATS in files, which are replaced while a connection is in use. */
import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, type NatsConnection, nkeys } from "nats";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type NatsFiles, natsOptions } from "../../lib/transport/nats-options.ts";
import { NatsOperator } from "../support/nats-jwt.ts";
import { type NatsServer, startNatsServer } from "../support/nats-server.ts";

let folder: string;
let nats: NatsServer | undefined;
let connection: NatsConnection | undefined;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sightline-credentials-"));
});
afterEach(async () => {
  await connection?.close();
  await nats?.stop();
  rmSync(folder, { recursive: true });
});

const file = (name: string) => join(folder, name);

async function connectWith(files: NatsFiles, onStarted = () => {}): Promise<NatsConnection> {
  nats = await startNatsServer({ args: ["--config", file("nats.conf")] });
  onStarted();
  connection = await connect(natsOptions(nats.url, files));
  return connection;
}

async function whenReconnected(connected: NatsConnection): Promise<void> {
  for await (const { type } of connected.status()) if (type === "reconnect") return;
  throw new Error("The client has given the connection up.");
}

const writers: Record<"natsNkeyFile" | "natsCredsFile", () => void> = {
  natsNkeyFile() {
    const user = nkeys.createUser();
    writeFileSync(file("nats.conf"), `authorization { users = [ { nkey: ${user.getPublicKey()} } ] }`);
    writeFileSync(file("credentials"), `${Buffer.from(user.getSeed())}\r\n`);
  },
  natsCredsFile() {
    const operator = new NatsOperator();
    operator.writeConfiguration(file("nats.conf"));
    operator.writeUser(file("credentials"));
  },
};

it.each(Object.keys(writers) as (keyof typeof writers)[])(
  "a connection comes back although its %s is missing, or half written, meanwhile",
  async (setting) => {
    writers[setting]();
    const connected = await connectWith({ [setting]: file("credentials") });
    const returned = whenReconnected(connected);
    renameSync(file("credentials"), file("renamed"));
    await nats?.restart();
    await returned;
    const again = whenReconnected(connected);
    writeFileSync(file("credentials"), "");
    await nats?.restart();
    await again;
    await connected.flush();
  },
);

it("a file that was never good is named", async () => {
  writers.natsNkeyFile();
  rmSync(file("credentials"));
  await expect(connectWith({ natsNkeyFile: file("credentials") })).rejects.toThrow(/no such file.*credentials/);
});

it("credentials that expire are replaced by those that are in the file then", async () => {
  const operator = new NatsOperator();
  operator.writeConfiguration(file("nats.conf"));
  // The server is there before they are made, so that they last until the connection is.
  const connected = await connectWith({ natsCredsFile: file("credentials") }, () =>
    operator.writeUser(file("credentials"), 8),
  );
  const returned = whenReconnected(connected);
  operator.writeUser(file("credentials"));
  await returned;
  await connected.flush();
});
