import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { ConfigError, loadConfig, settings } from "../../lib/config.ts";
import { cores, defaultConnections, defaultThreads, memoryBytes, openFiles } from "../../lib/settings/machine.ts";
import { misspeltSettings } from "../../lib/settings/misspelt.ts";

const variables = Object.values(settings).map(({ variable }) => variable);

describe("the configuration", () => {
  it("works without any", () => {
    expect(loadConfig({})).toMatchObject({ port: 8080, maxImagesPerRequest: 10_000, logLevel: "info" });
    expect(Object.isFrozen(loadConfig({}))).toBe(true);
  });

  it("takes values from the environment", () => {
    expect(loadConfig({ PORT: "9000", LOG_LEVEL: "debug" })).toMatchObject({ port: 9000, logLevel: "debug" });
  });

  it.each([
    [64, 64 * 1024, 64],
    [64, 2048, 16],
    [2, 512, 2],
    [1, 64, 1],
  ])("has on %i cores with %i MiB by default %i threads", (cores, mebibytes, threads) => {
    expect(defaultThreads(cores, mebibytes * 2 ** 20)).toBe(threads);
  });

  it.each([
    [Number.POSITIVE_INFINITY, 64 * 1024, 10_000],
    [1024, 64 * 1024, 512],
    [20_000, 512, 1024],
  ])("has with %i files and %i MiB by default %i connections", (files, mebibytes, connections) => {
    expect(defaultConnections(files, mebibytes * 2 ** 20)).toBe(connections);
  });

  it("takes no more connections than there may be files, and shares out the memory for them among processes", () => {
    expect(loadConfig({ MAX_CONNECTIONS: "100" }).maxConnections).toBe(100);
    expect(() => loadConfig({ MAX_CONNECTIONS: String(openFiles) })).toThrow(/MAX_CONNECTIONS must be less than/);
    const alone = defaultConnections(openFiles, memoryBytes);
    const shared = { PROCESSES: "256", PROCESS_SOCKET: "/tmp/main.sock" };
    expect(loadConfig({}).maxConnections).toBe(alone);
    expect(loadConfig(shared).maxConnections).toBe(defaultConnections(openFiles, memoryBytes / 256));
  });

  it("shares out the cores for OpenCV's threads among processes", () => {
    const shared = { HAAR_ENGINE: "opencv", PROCESS_SOCKET: "/tmp/main.sock" };
    expect(loadConfig({ ...shared, PROCESSES: "1" }).opencvThreads).toBe(cores);
    expect(loadConfig({ ...shared, PROCESSES: String(cores) }).opencvThreads).toBe(1);
    expect(loadConfig({ ...shared, PROCESSES: "256", OPENCV_THREADS: "3" }).opencvThreads).toBe(3);
  });

  it("has tasks of jobs in work for the threads of all processes, and in a cluster by DISPATCH_CONCURRENCY alone", () => {
    const processes = { THREADS: "64", PROCESSES: "16", PROCESS_SOCKET: "/tmp/main.sock" };
    expect(loadConfig(processes)).toMatchObject({ threads: 4, dispatchTasks: 96 });
    expect(loadConfig({ THREADS: "64", NATS_URL: "nats://localhost" }).dispatchTasks).toBe(1);
  });

  it.each(variables)("takes an empty %s as unset", (variable) => {
    expect(loadConfig({ [variable]: "" })).toEqual(loadConfig({}));
  });

  it("takes an empty NATS_URL as unset where MONGO_URL is set", () => {
    const MONGO_URL = "mongodb://localhost/sightline";
    expect(() => loadConfig({ MONGO_URL, NATS_URL: "" })).toThrow(/NATS_URL must be set/);
    expect(loadConfig({ MONGO_URL: "", NATS_URL: "nats://localhost" }).mongoUrl).toBe("");
  });

  it("takes a MONGO_URL with files of certificates only where they can be read", () => {
    const at = (file: string) => ({
      NATS_URL: "nats://localhost",
      MONGO_URL: `mongodb://a.example,b.example:27017/sightline?tls=true&tlsCAFile=${encodeURIComponent(file)}`,
    });
    expect(loadConfig(at(import.meta.filename)).mongoUrl).toContain("tlsCAFile=");
    expect(() => loadConfig(at("/nowhere/ca.pem"))).toThrow("MONGO_URL must be with a tlsCAFile that can be read");
  });

  it.each([{ ADMIN_KEY: "a-long-enough-admin-key-for-tests" }, { PROXY_HOPS: "1" }, { AUTH: "keys" }])(
    "has requests and sessions on loopback need a key, too, with %j",
    (environment) => {
      const HOST = "127.0.0.1";
      expect(loadConfig({ HOST })).toMatchObject({ access: "local", sessions: "open" });
      expect(loadConfig({ HOST, ...environment })).toMatchObject({ access: "keys", sessions: "keys" });
    },
  );

  it("refuses one port for two servers, where there is a gateway", () => {
    const faultsOf = (environment: NodeJS.ProcessEnv) => () => loadConfig(environment);
    expect(faultsOf({ GRPC_PORT: "8080" })).toThrow(
      /^The configuration is wrong:\n {2}PORT and GRPC_PORT must be different ports$/,
    );
    expect(faultsOf({ PORT: "9000", HEALTH_PORT: "9000", SERVICES: "api" })).toThrow("PORT and HEALTH_PORT must");
    expect(faultsOf({ GRPC_PORT: "9000", HEALTH_PORT: "9000" })).toThrow("GRPC_PORT and HEALTH_PORT must");
    expect(loadConfig({ HEALTH_PORT: "8080", SERVICES: "detector" }).healthPort).toBe(8080);
    expect(loadConfig({ GRPC_PORT: "0", HEALTH_PORT: "0" }).port).toBe(8080);
  });

  it("refuses REQUIRE_KEY, which is no setting any more, so that it does not leave a service open", () => {
    expect(() => loadConfig({ REQUIRE_KEY: "true" })).toThrow(/AUTH=keys/);
  });

  it.each(["0", "65536", "80.5", "x", " "])("refuses PORT=%j", (PORT) => {
    expect(() => loadConfig({ PORT })).toThrow(ConfigError);
  });

  it("takes one webhook secret or several, of 24 to 64 bytes each", () => {
    const secret = (bytes: number) => `whsec_${Buffer.alloc(bytes, 1).toString("base64")}`;
    const parse = (WEBHOOK_SECRET: string) => loadConfig({ WEBHOOK_SECRET }).webhookSecret;
    expect(loadConfig({}).webhookSecret).toBe("");
    expect(parse(secret(24))).toBe(secret(24));
    expect(parse(`${secret(24)} ${secret(64)}`)).toBe(`${secret(24)} ${secret(64)}`);
    for (const wrong of ["hunter2", secret(23), secret(65), secret(24).slice(6), `${secret(24)}!`, `${secret(24)} `])
      expect(() => parse(wrong)).toThrow(/WEBHOOK_SECRET must be/);
  });

  it("takes an image to hang long after anybody waits for it", () => {
    expect(loadConfig({}).hangTimeoutMs).toBe(60_000);
    expect(loadConfig({ IMAGE_TIMEOUT_MS: "200" }).hangTimeoutMs).toBe(60_000);
    expect(loadConfig({ IMAGE_TIMEOUT_MS: "90000" }).hangTimeoutMs).toBe(180_000);
    expect(loadConfig({ HANG_TIMEOUT_MS: "5000" }).hangTimeoutMs).toBe(5000);
  });

  it.each([
    ["HANG_TIMEOUT_MS", "auto"],
    ["UNRESPONSIVE_TIMEOUT_MS", "0 (never)"],
  ])("takes a %s that what works can keep, or %s", (name, other) => {
    for (const value of [other.split(" ")[0], "5000"]) expect(() => loadConfig({ [name]: value })).not.toThrow();
    for (const value of ["60", "4999", "x"])
      expect(() => loadConfig({ [name]: value })).toThrow(`${name} must be ${other}, or a whole number from 5000 to`);
  });

  it.each([
    ["OPENCV_THREADS", "opencvThreads"],
    ["MAX_WAIT_MS", "maxWaitMs"],
    ["HANG_TIMEOUT_MS", "hangTimeoutMs"],
    ["IMAGE_MEMORY_BYTES", "imageMemoryBytes"],
    ["MAX_CONNECTIONS", "maxConnections"],
    ["MAX_QUEUED_IMAGES_PER_OWNER", "maxQueuedImagesPerOwner"],
  ] as const)("computes %s by default, and takes no 0, which elsewhere means no limit", (name, key) => {
    for (const text of ["auto", " auto\r"]) expect(loadConfig({ [name]: text })).toEqual(loadConfig({}));
    expect(loadConfig({})[key]).toBeGreaterThan(0);
    expect(() => loadConfig({ [name]: "0" })).toThrow(`${name} must be auto, or a whole number from`);
  });

  it("takes true and false", () => {
    expect(loadConfig({ WEBHOOK_ALLOW_PRIVATE: "true" }).webhookAllowPrivate).toBe(true);
    expect(loadConfig({ WEBHOOK_ALLOW_PRIVATE: "false" }).webhookAllowPrivate).toBe(false);
    expect(() => loadConfig({ WEBHOOK_ALLOW_PRIVATE: "yes" })).toThrow(/must be true or false/);
  });

  it("takes hosts of images, and whole domains", () => {
    const parse = (IMAGE_URL_HOSTS: string) => loadConfig({ IMAGE_URL_HOSTS }).imageUrlHosts;
    expect(parse("Images.example.com, *.cdn.example")).toEqual(["images.example.com", "*.cdn.example"]);
    for (const wrong of ["https://example.com", "example.com:443", "*", "*example.com", "a.*.com", "a,,b"])
      expect(() => parse(wrong)).toThrow(/IMAGE_URL_HOSTS must be/);
    expect(loadConfig({}).imageUrlPorts).toEqual([80, 443]);
  });

  it("takes certificates for Kafka that are there, and used", () => {
    const [there, gone] = ["package.json", "/nowhere/key.pem"];
    const load = (environment: NodeJS.ProcessEnv) => loadConfig({ KAFKA_TLS: "true", ...environment });
    const pair = { KAFKA_CERT_FILE: there, KAFKA_KEY_FILE: there };
    expect(load({ ...pair, KAFKA_CA_FILE: there })).toMatchObject({ kafkaCertFile: there, kafkaCaFile: there });
    expect(() => load({ ...pair, KAFKA_KEY_FILE: gone })).toThrow("KAFKA_KEY_FILE must be the path of a file");
    expect(() => load({ KAFKA_CERT_FILE: there })).toThrow(/KAFKA_CERT_FILE and KAFKA_KEY_FILE must be set together/);
    for (const used of [pair, { KAFKA_CA_FILE: there }])
      expect(() => load({ ...used, KAFKA_TLS: "" })).toThrow("KAFKA_TLS must be true where KAFKA_CA_FILE");
  });

  it("needs a bucket and its key where images are kept in S3", () => {
    const bucket = { BLOB_STORE: "s3", S3_ENDPOINT: "https://s3.example", S3_BUCKET: "images" };
    const key = { S3_ACCESS_KEY_ID: "id", S3_SECRET_ACCESS_KEY: "s3cret" };
    expect(() => loadConfig({ BLOB_STORE: "s3" })).toThrow(
      /S3_ENDPOINT must be set.*\n.*S3_BUCKET must be set.*\n.*S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY/,
    );
    expect(() => loadConfig({ ...bucket, ...key, S3_ACCESS_KEY_ID: "" })).toThrow(/S3_CREDENTIALS_FILE, must be set/);
    expect(loadConfig({ ...bucket, ...key })).toMatchObject({ blobStore: "s3", s3Region: "us-east-1" });
    expect(loadConfig({ ...bucket, S3_CREDENTIALS_FILE: "/run/s3" }).s3CredentialsFile).toBe("/run/s3");
    expect(() => loadConfig({ ...bucket, ...key, S3_BUCKET: "a/b" })).toThrow(/S3_BUCKET must be/);
    expect(loadConfig({}).blobStore).toBe("auto");
  });

  it("reports all faults together, without values", () => {
    expect(() => loadConfig({ PORT: "s3cret", QUEUE_SIZE: "0", LOG_LEVEL: "loud" })).toThrow(
      /^The configuration is wrong:\n {2}PORT must be .*\n {2}LOG_LEVEL must be .*\n {2}QUEUE_SIZE must be /,
    );
    expect(() => loadConfig({ PORT: "s3cret" })).not.toThrow(/s3cret/);
  });

  it.each(["0x50", "1e3", "80.0", "+80", "-1", "８０", "80 81", " ", "99999999999999999999"])(
    "takes %j for no number",
    (PORT) => {
      expect(() => loadConfig({ PORT })).toThrow("PORT must be a whole number from 1 to 65535");
    },
  );

  it.each([
    ["NATS_URL", "natsUrl", "nats://localhost:4222"],
    ["MONGO_URL", "mongoUrl", "mongodb://localhost/sightline"],
    ["S3_ENDPOINT", "s3Endpoint", "http://localhost:9000"],
    ["ENCODER_URL", "encoderUrl", "http://localhost:9000/encode"],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", "otlpEndpoint", "http://localhost:4318"],
  ] as const)("takes %s without the blanks and line breaks around it", (variable, name, url) => {
    // A line break in the path of MONGO_URL would be part of the database's name.
    for (const text of [`${url}\n`, ` ${url}\r\n`])
      expect(loadConfig({ NATS_URL: "nats://localhost:4222", [variable]: text })[name]).toBe(url);
    expect(() => loadConfig({ [variable]: " \n" })).toThrow(`${variable} must be`);
  });

  it("takes numbers with what files of variables leave around them, but no path", () => {
    expect(loadConfig({ PORT: " 8081\r" }).port).toBe(8081);
    for (const name of ["DATA_DIR", "MODELS_DIR", "MODELS_MANIFEST"])
      for (const path of [" ", "/data\r", " /data"])
        expect(() => loadConfig({ [name]: path })).toThrow(
          `${name} must be a path that neither begins nor ends with a space or a line break`,
        );
    expect(loadConfig({ DATA_DIR: "/my data/日本" }).dataDir).toBe("/my data/日本");
  });

  it.each(["S3_REGION", "S3_ACCESS_KEY_ID", "S3_SECRET_ACCESS_KEY"])(
    "takes no %s with a blank or a line break",
    (name) => {
      for (const text of ["abc\n", " abc", "a bc"])
        expect(() => loadConfig({ [name]: text })).toThrow(`${name} must be text without spaces and line breaks`);
    },
  );

  it("is documented, each setting with its description", () => {
    const page = readFileSync(new URL("../../docs/configuration.md", import.meta.url), "utf8");
    for (const { variable, description } of Object.values(settings))
      expect(page).toContain(`| \`${variable}\` | ${description} |`);
    const documented = Array.from(page.matchAll(/^\| `(\w+)` \|/gm), ([, name]) => name);
    expect(documented).toEqual(variables);
  });
});

describe("names that look like those of settings", () => {
  const misspelt = (environment: NodeJS.ProcessEnv) => misspeltSettings(environment, variables);

  it.each([
    ["THREDS", "THREADS"],
    ["THRAEDS", "THREADS"],
    ["PORTS", "PORT"],
    ["LOGLEVEL", "LOG_LEVEL"],
    ["MONGO_URI", "MONGO_URL"],
    ["MONGODB_URL", "MONGO_URL"],
    // Two edits from IMAGE_URLS_TIMEOUT_MS, which comes later.
    ["IMAGE_URL_TIMEOUT_M", "IMAGE_URL_TIMEOUT_MS"],
    ["IMAGE_URLS_TIMEOUT_M", "IMAGE_URLS_TIMEOUT_MS"],
  ])("takes %s for %s", (name, setting) => {
    expect(misspelt({ [name]: "2" })).toEqual([{ name, setting }]);
  });

  it("takes no setting for another", () => {
    expect(misspelt(Object.fromEntries(variables.map((variable) => [variable, ""])))).toEqual([]);
  });

  it("leaves a name to others where the setting is set too", () => {
    expect(misspelt({ PORT: "80", PORTS: "80,81" })).toEqual([]);
    expect(misspelt({ PORT: "", PORTS: "80" })).toEqual([{ name: "PORTS", setting: "PORT" }]);
  });

  it.each([
    [
      "a shell on Debian",
      `HOME HOSTNAME HOSTTYPE LANG LANGUAGE LC_ALL LESSOPEN LOGNAME LS_COLORS MAIL MANPATH OLDPWD OSTYPE PATH PWD SHELL
      SHLVL SSH_AUTH_SOCK SSH_CONNECTION SUDO_USER TERM TMPDIR TZ USER DBUS_SESSION_BUS_ADDRESS DESKTOP_SESSION
      SESSION_MANAGER XDG_DATA_DIRS XDG_RUNTIME_DIR XDG_SESSION_ID`,
    ],
    [
      "systemd",
      `CACHE_DIRECTORY CREDENTIALS_DIRECTORY INVOCATION_ID JOURNAL_STREAM LISTEN_FDS LISTEN_PID LOGS_DIRECTORY MAINPID
      NOTIFY_SOCKET RUNTIME_DIRECTORY SERVICE_RESULT STATE_DIRECTORY SYSTEMD_EXEC_PID SYSTEMD_LOG_LEVEL WATCHDOG_USEC`,
    ],
    [
      "npm and Node",
      `INIT_CWD NODE NODE_ENV NODE_EXTRA_CA_CERTS NODE_OPTIONS NODE_PATH NODE_VERSION NVM_DIR UV_THREADPOOL_SIZE
      npm_command npm_config_cache npm_config_registry npm_execpath npm_lifecycle_event npm_package_name`,
    ],
    [
      "Kubernetes, with links to services of names like ours",
      `API_PORT API_PORT_8080_TCP API_SERVICE_HOST DETECTOR_PORT DETECTOR_SERVICE_HOST HEALTH_SERVICE_HOST HOST_IP
      KAFKA_PORT KAFKA_SERVICE_HOST KAFKA_SERVICE_PORT KUBERNETES_PORT KUBERNETES_PORT_443_TCP_ADDR
      KUBERNETES_SERVICE_HOST MONGODB_PORT MONGODB_SERVICE_HOST MONGO_PORT MONGO_PORT_27017_TCP MONGO_SERVICE_HOST
      NATS_PORT NATS_PORT_4222_TCP NATS_SERVICE_HOST NODE_NAME POD_IP POD_NAME POD_NAMESPACE REDIS_PORT S3_PORT
      S3_SERVICE_HOST SIGHTLINE_PORT`,
    ],
    [
      "CI",
      `BASH_ENV BUILD_NUMBER BUILD_URL CI CI_JOB_ID CI_PROJECT_NAME CI_SERVER_HOST CI_SERVER_PORT GITHUB_ACTIONS
      GITHUB_REPOSITORY GITHUB_WORKSPACE GITLAB_CI JENKINS_URL JOB_NAME NODE_LABELS RUNNER_OS RUNNER_TEMP WORKSPACE`,
    ],
    [
      "proxies, clouds and tracing",
      `ALL_PROXY HTTPS_PROXY NO_PROXY PROXY_HOST PROXY_PORT http_proxy AWS_ACCESS_KEY_ID AWS_ENDPOINT_URL_S3 AWS_REGION
      AWS_SECRET_ACCESS_KEY AZURE_CLIENT_ID DATABASE_URL DOCKER_HOST GOOGLE_APPLICATION_CREDENTIALS MONGODB_URI
      PGDATA PGHOST PGPORT OTEL_EXPORTER_OTLP_HEADERS OTEL_EXPORTER_OTLP_PROTOCOL OTEL_EXPORTER_OTLP_TRACES_ENDPOINT
      OTEL_LOG_LEVEL OTEL_SERVICE_NAME OTEL_TRACES_SAMPLER`,
    ],
    [
      "native libraries",
      `CUDA_HOME CUDA_VISIBLE_DEVICES LD_LIBRARY_PATH MALLOC_ARENA_MAX NVIDIA_VISIBLE_DEVICES OMP_NUM_THREADS
      OPENBLAS_NUM_THREADS OPENCV_IO_MAX_IMAGE_PIXELS OPENCV_LOG_LEVEL`,
    ],
  ])("takes no variable of %s for a setting", (_origin, names) => {
    expect(misspelt(Object.fromEntries(names.split(/\s+/).map((name) => [name, "x"])))).toEqual([]);
  });
});
