/** The detector with a worker that crashes or hangs if an image says so; see `crashing.worker.ts`. */
import { fileURLToPath } from "node:url";
import detector from "../../../services/detector.service.ts";

const workerFile = fileURLToPath(new URL("../workers/crashing.worker.ts", import.meta.url));

export default { ...detector, settings: { workerFile } };
