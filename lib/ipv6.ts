/** The eight numbers of an IPv6 address without a zone. */
export function ipv6Groups(address: string): number[] {
  // `URL` returns the address in its canonical form, with at most one `::`.
  const normal = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [start = "", end] = normal.split("::");
  const numbers = (text: string) => (text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16)));
  const [head, tail] = [numbers(start), numbers(end ?? "")];
  return [...head, ...Array<number>(8 - head.length - tail.length).fill(0), ...tail];
}
