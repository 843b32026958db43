/** Explains why a server cannot listen, for the person who started it. Pure. */

interface Address {
  readonly host: string;
  readonly port: number;
}

/**
 * The fault in one sentence, and what to do about it.
 * @param setting Name of the setting of the port.
 */
export function listenFault(
  { code, message }: NodeJS.ErrnoException,
  { host, port }: Address,
  setting: "PORT" | "HEALTH_PORT" | "GRPC_PORT",
): string {
  switch (code) {
    case "EADDRINUSE":
      return `Port ${port} is in use by another program. Stop that program, or set another ${setting}.`;
    case "EADDRNOTAVAIL":
      return `This machine does not have the address ${host}. Set HOST to one that it has, or to 0.0.0.0 for all of them.`;
    case "ENOTFOUND":
    case "EAI_AGAIN":
      return `The name ${host} has no address. Set HOST to an address of this machine, or to 0.0.0.0 for all of them.`;
    case "EACCES":
      return `This user may not listen on port ${port}. Set ${setting} to 1024 or more.`;
    default:
      return `The service cannot listen on ${host}, port ${port}: ${message}.`;
  }
}
