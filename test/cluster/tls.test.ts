/** TLS to NATS and MongoDB: with an authority of our own, certificates of clients, and each kind of credentials. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { connect, ErrorCode, nkeys } from "nats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type NatsFiles, natsOptions } from "../../lib/transport/nats-options.ts";
import { type Certificates, makeCertificates } from "../support/certificates.ts";
import { golden, JobClient } from "../support/job-client.ts";
import { useMongoServers } from "../support/mongo-servers.ts";
import { type NatsServer, startNatsServer } from "../support/nats-server.ts";
import { freePort, type RunningProcess, startProcess, startService } from "../support/service.ts";
import { startTlsProxy, type TlsProxy } from "../support/tls-proxy.ts";

const PASSWORD = "pass-that-nobody-may-see";
const servers = await useMongoServers();
let certificates: Certificates;
let folder: string;
beforeAll(() => {
  certificates = makeCertificates();
  folder = mkdtempSync(join(tmpdir(), "sightline-tls-"));
});
afterAll(() => {
  certificates.remove();
  rmSync(folder, { recursive: true });
});

/** A server with TLS that asks clients for a certificate. */
function startTlsServer(...args: string[]): Promise<NatsServer> {
  const { server, caFile } = certificates;
  const files = ["--tlscert", server.certFile, "--tlskey", server.keyFile, "--tlscacert", caFile];
  return startNatsServer({ args: ["--tlsverify", ...files, ...args] });
}
const addressOf = ({ url }: NatsServer) => url.slice("nats://".length);
const clientFiles = (): NatsFiles => {
  const { caFile, client } = certificates;
  return { natsCaFile: caFile, natsCertFile: client.certFile, natsKeyFile: client.keyFile };
};

/** Connects once, without the retries of a node. */
async function connectOnce(url: string, files: NatsFiles): Promise<string> {
  const options = { ...natsOptions(url, files), maxReconnectAttempts: 0, ignoreAuthErrorAbort: false };
  const connection = await connect(options);
  const { tls_required: isTls } = connection.info as unknown as { tls_required?: boolean };
  await connection.close();
  return isTls ? "with TLS" : "without TLS";
}

async function whenLogged(node: RunningProcess, what: RegExp): Promise<string> {
  await expect.poll(() => node.log.find((line) => what.test(line))).toBeDefined();
  return node.log.join("\n");
}

describe("a connection to NATS", () => {
  it("may have TLS, a certificate of its own, and a user, a token or an nkey", async () => {
    const user = nkeys.createUser();
    const nkeyFile = join(folder, "user.nk");
    writeFileSync(nkeyFile, `${Buffer.from(user.getSeed())}\n`);
    const configuration = join(folder, "nkey.conf");
    writeFileSync(configuration, `authorization { users = [ { nkey: ${user.getPublicKey()} } ] }`);
    for (const [args, credentials, more] of [
      [["--user", "someone", "--pass", PASSWORD], `someone:${PASSWORD}@`, {}],
      [["--auth", PASSWORD], `${PASSWORD}@`, {}],
      [["--config", configuration], "", { natsNkeyFile: nkeyFile }],
    ] as const) {
      const nats = await startTlsServer(...args);
      try {
        const files = { ...clientFiles(), ...more };
        for (const scheme of ["tls", "nats"])
          expect(await connectOnce(`${scheme}://${credentials}${addressOf(nats)}`, files)).toBe("with TLS");
        await expect(connectOnce(`tls://${addressOf(nats)}`, clientFiles())).rejects.toThrow(/Authorization/i);
      } finally {
        await nats.stop();
      }
    }
  });

  it("is refused by either side without the right certificates", async () => {
    const nats = await startTlsServer();
    try {
      const url = `tls://${addressOf(nats)}`;
      const { natsCaFile, ...ownCertificate } = clientFiles();
      await expect(connectOnce(url, ownCertificate)).rejects.toThrow(/certificate/);
      await expect(connectOnce(url, { ...clientFiles(), natsCaFile: certificates.otherCaFile })).rejects.toThrow(
        /certificate/,
      );
      await expect(connectOnce(url, { natsCaFile } as NatsFiles)).rejects.toThrow();
    } finally {
      await nats.stop();
    }
  });

  it("is not made to a server without TLS, where TLS is wanted, so that it learns no password", async () => {
    const nats = await startNatsServer({ args: ["--user", "someone", "--pass", PASSWORD] });
    try {
      const noTls = { code: ErrorCode.ServerOptionNotAvailable };
      const url = `someone:${PASSWORD}@${addressOf(nats)}`;
      expect(await connectOnce(`nats://${url}`, {})).toBe("without TLS");
      await expect(connectOnce(`tls://${url}`, {})).rejects.toMatchObject(noTls);
      await expect(connectOnce(`nats://${url}`, { natsCaFile: certificates.caFile })).rejects.toMatchObject(noTls);
      const node = startProcess({ NATS_URL: `tls://${url}`, SERVICES: "detector" });
      expect(await whenLogged(node, /NATS cannot be reached at .*: the server does not offer TLS/)).not.toContain(
        PASSWORD,
      );
      await node.stop();
    } finally {
      await nats.stop();
    }
  });
});

describe("a node", () => {
  let nats: NatsServer;
  let environment: NodeJS.ProcessEnv;
  beforeAll(async () => {
    nats = await startTlsServer("--user", "someone", "--pass", PASSWORD);
    const { caFile, client } = certificates;
    environment = {
      NATS_URL: `tls://someone:${PASSWORD}@${addressOf(nats)}`,
      NATS_CA_FILE: caFile,
      NATS_CERT_FILE: client.certFile,
      NATS_KEY_FILE: client.keyFile,
    };
  });
  afterAll(() => nats.stop());

  it("says in one line why it has no connection, without the password, and tries again", async () => {
    const node = startProcess({ ...environment, SERVICES: "detector", NATS_CA_FILE: certificates.otherCaFile });
    try {
      const log = await whenLogged(node, /NATS cannot be reached at .*certificate.*Retrying/);
      expect(log).not.toContain(PASSWORD);
    } finally {
      await node.stop();
    }
  });

  it("does not start with a file that is not there, or half of a certificate", async () => {
    const node = startProcess({ ...environment, NATS_CA_FILE: join(folder, "none.pem"), NATS_KEY_FILE: "" });
    const log = await whenLogged(node, /NATS_CERT_FILE and NATS_KEY_FILE must be set together/);
    expect(log).toContain("NATS_CA_FILE must be the path of a file that can be read");
    expect(log).not.toContain(PASSWORD);
    await expect.poll(() => node.process.exitCode).toBe(1);
  });

  describe.each(servers)("with MongoDB on $name", ({ url }) => {
    let proxy: TlsProxy;
    const mongoUrl = (parameters: string, caFile = certificates.caFile) =>
      `mongodb://127.0.0.1:${proxy.port}/?tls=true&tlsCAFile=${encodeURIComponent(caFile)}${parameters}`;
    beforeAll(async () => {
      proxy = await startTlsProxy(certificates, Number(new URL(url).port));
    });
    afterAll(() => proxy.close());

    it("does its work with TLS to both", async () => {
      const own = `&tlsCertificateKeyFile=${encodeURIComponent(certificates.clientPem)}`;
      const CLUSTER_NAME = `tls-${proxy.port}`;
      const service = await startService({ ...environment, CLUSTER_NAME, MONGO_URL: mongoUrl(own) });
      try {
        const client = new JobClient(service.url);
        const job = await client.create(golden.slice(0, 2));
        await expect
          .poll(async () => (await client.get(`/v1/jobs/${job.id}/results?wait=60`)).body.jobState)
          .toBe("succeeded");
        expect(proxy.authorized()).toBeGreaterThan(0);
      } finally {
        await service.stop();
      }
    });

    it("says why it has no connection, and tries again", async () => {
      const MONGO_URL = mongoUrl("", certificates.otherCaFile).replace("//", `//someone:${PASSWORD}@`);
      const PORT = String(await freePort());
      const node = startProcess({ ...environment, CLUSTER_NAME: "tls-refused", MONGO_URL, PORT });
      try {
        const log = await whenLogged(node, /Waiting for MongoDB: .*certificate/);
        expect(log).not.toContain(PASSWORD);
      } finally {
        await node.kill();
      }
    });
  });
});
