/** Detection settings: threads, models, and the limits of one image. */
import { providers } from "../contracts/model.ts";
import { httpUrl } from "./address.ts";
import { cores, defaultThreads, memoryBytes } from "./machine.ts";
import { choice, integer, integerOrAuto, LEAST_HANG_MS, modelNames, path, preferences, text } from "./setting.ts";

export const detectionSettings = {
  threads: integer(
    "THREADS",
    defaultThreads(cores, memoryBytes),
    1,
    1024,
    "Threads in the detector's pool; the default is the number of cores, but at most one for every 128 MiB of memory.",
  ),
  opencvThreads: integerOrAuto(
    "OPENCV_THREADS",
    1,
    1024,
    "Threads that OpenCV may use for one image while other cores are idle. `auto` is one, or with HAAR_ENGINE=opencv one per core, which several processes share out.",
  ),
  haarEngine: choice(
    "HAAR_ENGINE",
    "auto",
    ["auto", "exact", "opencv"],
    "Engine that evaluates the cascade of faces-haar: our own (`exact`), OpenCV's (`opencv`), or `auto`, which is our own if it is available.",
  ),
  queueSize: integer(
    "QUEUE_SIZE",
    256,
    1,
    1_000_000,
    "Images that may wait for a thread of the detector. Beyond that, images of admitted requests wait in the gateway, and images of jobs are sent again later.",
  ),
  imageTimeoutMs: integer(
    "IMAGE_TIMEOUT_MS",
    30_000,
    10,
    3_600_000,
    "Longest time from an image's arrival to its result, in milliseconds.",
  ),
  maxWaitMs: integerOrAuto(
    "MAX_WAIT_MS",
    1,
    3_600_000,
    "Longest estimated wait with which a request is still admitted, in milliseconds; with a longer one, it is refused with 503. `auto` is half of IMAGE_TIMEOUT_MS.",
  ),
  hangTimeoutMs: integerOrAuto(
    "HANG_TIMEOUT_MS",
    LEAST_HANG_MS,
    86_400_000,
    "Time after which a thread that works on one image is considered hung and its process is replaced, in milliseconds. `auto` is twice IMAGE_TIMEOUT_MS, but at least 60000.",
  ),
  maxImagePixels: integer("MAX_IMAGE_PIXELS", 64_000_000, 1, 2 ** 30, "Largest image, in pixels (width × height)."),
  maxSearchWindows: integer(
    "MAX_SEARCH_WINDOWS",
    200_000_000,
    1,
    2 ** 40,
    "Most windows that faces-haar searches in one image; the number follows from the size and the options. The default takes about ten seconds on one core. With HAAR_ENGINE=opencv an eighth of it applies.",
  ),
  imageMemoryBytes: integerOrAuto(
    "IMAGE_MEMORY_BYTES",
    1,
    2 ** 42,
    "Memory that large images may use at the same time while they are processed, in bytes. Images that would exceed it wait; at least one is always processed, in each of several processes. `auto` is half of the memory that the service may use.",
  ),
  modelsDir: path(
    "MODELS_DIR",
    "",
    "Folder of the model files, where `sightline models pull` puts them; the default is `models` in DATA_DIR.",
  ),
  models: modelNames("MODELS", "Models that this process serves, separated by commas; the default is all of them."),
  modelsManifest: path("MODELS_MANIFEST", "", "File that describes your own models: see docs/models.md."),
  networkThreads: integer(
    "NETWORK_THREADS",
    1,
    1,
    64,
    "Threads of one neural network, in each thread of the detector.",
  ),
  providers: preferences(
    "PROVIDERS",
    ["cpu"],
    providers,
    "What neural networks run on, in order of preference, by onnxruntime's names and separated by commas: see docs/models.md.",
  ),
  encoderUrl: httpUrl(
    "ENCODER_URL",
    "URL of a remote face encoder, which replaces the model face-encoding in sessions, uploads, comparisons, collections, and jobs of that model alone.",
  ),
  encoderVersion: text(
    "ENCODER_VERSION",
    "remote",
    "Version of the remote encoder's model; change it when the encoder returns different vectors.",
  ),
  encoderTimeoutMs: integer(
    "ENCODER_TIMEOUT_MS",
    10_000,
    10,
    600_000,
    "Longest time that the remote encoder may take for an image, retries included, in milliseconds.",
  ),
  encodingRetentionMs: integer(
    "ENCODING_RETENTION_MS",
    2_592_000_000,
    1000,
    315_360_000_000,
    "How long an encoding is kept after it was last used, in milliseconds.",
  ),
};
