/** The detector with a worker throttled to a fortieth of a core; see `throttled.worker.ts`. */
import { fileURLToPath } from "node:url";
import detector from "../../../services/detector.service.ts";

const workerFile = fileURLToPath(new URL("../workers/throttled.worker.ts", import.meta.url));

export default { ...detector, settings: { workerFile } };
