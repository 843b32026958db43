import { type ClusterInfo, nanos } from "nats";

/** The other servers elect a leader if they have not heard of theirs for 4 s. */
const HEARD_WITHIN_NS = nanos(3_000);

/**
 * Whether a leader that reports this about its stream is still the only one, because it has just heard of most of the
 * servers with a copy. A leader that is cut off from them continues for ten seconds and more, without knowing what they
 * have accepted since.
 * @param cluster Undefined without replicas.
 */
export function hasMajority(cluster: Pick<ClusterInfo, "replicas"> | undefined): boolean {
  const others = cluster?.replicas ?? [];
  // A server that was never heard of has 0.
  const heard = others.filter(({ active }) => active > 0 && active < HEARD_WITHIN_NS);
  return 2 * (heard.length + 1) > others.length + 1;
}
