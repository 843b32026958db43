/** The detector with a worker that executes commands in images; see `poisoned.worker.ts`. */
import { fileURLToPath } from "node:url";
import detector from "../../../services/detector.service.ts";

const workerFile = fileURLToPath(new URL("../workers/poisoned.worker.ts", import.meta.url));

export default { ...detector, settings: { workerFile } };
