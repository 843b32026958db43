/** An adapter under test, over storage of its own. */
export interface Opened<Port> {
  readonly port: Port;
  /** Closes the adapter and opens the same storage again, as after a restart. */
  reopen(): Promise<Port>;
  close(): Promise<void>;
}
