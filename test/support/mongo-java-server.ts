/**
 * `mongo-java-server`, which speaks MongoDB's protocol and keeps its data in memory. Unlike FerretDB over SQLite, it
 * accepts concurrent writes.
 */
import { ensureJars } from "./jars.ts";

/**
 * Jars by SHA-256. Rhino runs the few lines of JavaScript that start the server, because the server's own `main` has a
 * fixed port.
 */
const jars = {
  "9a34c9ad6ac6261906295481838256033ec1efc8c93a3e3828e5d47a006b0bd4":
    "de/bwaldvogel/mongo-java-server-core/1.47.0/mongo-java-server-core-1.47.0.jar",
  "82864f8a2ede1514f64c2cd3a70e8022c259eb3d78975cfa208c1668ac1f12bb":
    "de/bwaldvogel/mongo-java-server-memory-backend/1.47.0/mongo-java-server-memory-backend-1.47.0.jar",
  "4820eeb2d3db269b20b30711e3d7d21979664249aaf10fc67f90dee935810747":
    "io/netty/netty-buffer/4.2.2.Final/netty-buffer-4.2.2.Final.jar",
  "76987614ccb2fda7d3292b69ba5b61351f30e91bf5c7d8fa4b51bc32c9f67456":
    "io/netty/netty-codec-base/4.2.2.Final/netty-codec-base-4.2.2.Final.jar",
  "5d022f3acad74cb0f195f60213500a4000d1340e5e941edaf1a0e756686b9bae":
    "io/netty/netty-common/4.2.2.Final/netty-common-4.2.2.Final.jar",
  d4ef582c78125457baa0cfa52992b5fb1bb9172d1a2c03b726e8b26e17d3fe2c:
    "io/netty/netty-handler/4.2.2.Final/netty-handler-4.2.2.Final.jar",
  fa7841ffe2e39d52251814fb8560d6936b10ae7c67453ee50426b83fd5170ba0:
    "io/netty/netty-resolver/4.2.2.Final/netty-resolver-4.2.2.Final.jar",
  "116d766a1af4722fe76a4cdaed969644985d44e08ec1337d2dbab697dd109603":
    "io/netty/netty-transport/4.2.2.Final/netty-transport-4.2.2.Final.jar",
  aa8821a7ea2ca47f62740bd1f37d67deb97824cc77e76dde6ae2c439a923fc9d:
    "io/netty/netty-transport-native-unix-common/4.2.2.Final/netty-transport-native-unix-common-4.2.2.Final.jar",
  "7b751d952061954d5abfed7181c1f645d336091b679891591d63329c622eb832": "org/slf4j/slf4j-api/2.0.17/slf4j-api-2.0.17.jar",
  "1cc2b468a51857747dcb29ae533e352a2abc04e81c5aa61e397dc774dd395329": "org/mozilla/rhino-all/1.9.1/rhino-all-1.9.1.jar",
};

/**
 * The command that starts the server on a port; Java and the jars are installed if they are missing.
 * @throws if they cannot be installed
 */
export async function mongoJavaServer(): Promise<(host: string, port: number) => [file: string, ...args: string[]]> {
  const classPath = await ensureJars(jars);
  return (host, port) => [
    "java",
    "-Xmx1g",
    // Garbage is collected on the working threads: with two cores, additional threads would only compete with them.
    "-XX:+UseSerialGC",
    // The optimising compiler does not pay off for a server that runs for minutes: without it, a start takes a third
    // less time.
    "-XX:TieredStopAtLevel=1",
    "-cp",
    classPath,
    "org.mozilla.javascript.tools.shell.Main",
    "-e",
    startScript(host, port),
  ];
}

/**
 * - By default the server claims the protocol of MongoDB 4.2, but our driver requires that of 4.4, which is 9.
 * - The server answers with the documents that it keeps. Another connection may change them while they are being sent,
 *   so that a reader would get a mixture. So they are copied before the next command begins.
 */
function startScript(host: string, port: number): string {
  return `
    const { MongoServer, MongoVersion, backend } = Packages.de.bwaldvogel.mongo;
    const claimed = new JavaAdapter(MongoVersion, { getVersionArray: () => [4, 4, 0], getWireVersion: () => 9 });
    const commands = new java.util.concurrent.locks.ReentrantLock();
    const memory = new JavaAdapter(backend.memory.MemoryBackend, {
      handleMessage(message) {
        commands.lock();
        try {
          return this.super$handleMessage(message).cloneDeeply();
        } finally {
          commands.unlock();
        }
      },
    });
    new MongoServer(memory.version(claimed)).bind("${host}", ${port});`;
}
