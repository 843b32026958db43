/**
 * Look-ups of names that clients choose.
 *
 * The system's resolver (`dns.lookup`) occupies a thread until it has an answer, and only two threads of a process look
 * up names. A client could keep both busy with names whose servers are silent, so that the process would find neither
 * MongoDB nor NATS any more. Look-ups by `dnsLookup` occupy no thread.
 */
import { Resolver } from "node:dns/promises";
import type { LookupFunction } from "node:net";

/** Each name server is asked twice if it does not answer, with more time at the second attempt. */
const PATIENCE = { timeout: 2_000, tries: 2 };
/** Time to wait for the addresses of the other family once there are some of one. Some servers never answer. */
const OTHER_FAMILY_MS = 2_000;

/**
 * Asks the name servers of the system for the IPv4 and IPv6 addresses of a host. The hosts file and search domains are
 * not used.
 * @param newResolver Makes the resolver of one look-up. It reads the system's settings, which may have changed.
 */
export function dnsLookup(newResolver = () => new Resolver(PATIENCE)): LookupFunction {
  return (host, _options, callback) => {
    const resolver = newResolver();
    let timer: NodeJS.Timeout | undefined;
    const limited = async (asking: Promise<string[]>) => {
      const addresses = await asking;
      timer ??= setTimeout(() => resolver.cancel(), OTHER_FAMILY_MS);
      return addresses;
    };
    const asked = [limited(resolver.resolve4(host)), limited(resolver.resolve6(host))] as const;
    Promise.allSettled(asked).then(([ofIPv4, ofIPv6]) => {
      clearTimeout(timer);
      const addresses = [...withFamily(ofIPv4, 4), ...withFamily(ofIPv6, 6)];
      if (addresses.length > 0) callback(null, addresses);
      else callback(failureOf(host, [ofIPv4, ofIPv6]), "");
    });
  };
}

type Answer = PromiseSettledResult<string[]>;

function withFamily(answer: Answer, family: number) {
  return answer.status === "fulfilled" ? answer.value.map((address) => ({ address, family })) : [];
}

/** Codes for a name that has no address of a family, does not exist, or cannot be a name. */
const WITHOUT_ADDRESS = new Set(["ENODATA", "ENOTFOUND", "EBADNAME"]);

/** Like the system's resolver, does not distinguish a name without addresses from one that does not exist. */
function failureOf(host: string, answers: readonly Answer[]): NodeJS.ErrnoException {
  const reasons = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason] : []));
  return (
    reasons.find(({ code }) => !WITHOUT_ADDRESS.has(code)) ??
    Object.assign(new Error(`${host} has no address`), { code: "ENOTFOUND" })
  );
}
