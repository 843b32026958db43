/** Opens the data folder given, as the user given, says so, and keeps it until it is killed. */
import { openEmbedded } from "../../lib/backends/embedded.ts";

const [folder = "", user] = process.argv.slice(2);
if (user) process.setuid?.(Number(user));
try {
  await openEmbedded({ folder, leaseMs: 1000 });
  console.log("open");
  setInterval(() => {}, 1000);
} catch (error) {
  const { name, type = name, message } = error as Error & { type?: string };
  console.log(`${type}: ${message}`);
}
