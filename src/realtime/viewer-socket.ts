/** What a realtime node needs of a viewer's connection; a bare TCP socket once the response head is written. */
export interface ViewerSocket {
  /** Takes all bytes, always; those that the network does not take yet count in `bufferedBytes`. */
  write(bytes: Buffer): void
  readonly bufferedBytes: number
  /** Ends the stream after the bytes that wait and these. */
  end(bytes: Buffer): void
  /** Ends it now and drops the waiting bytes. */
  destroy(): void
  /** Called when `bufferedBytes` has fallen back to 0 after it was above the outbox bound. */
  onDrain(run: () => void): void
  /** Called when the viewer will send nothing more: it is gone, or has closed its sending side. Writing tells which. */
  onFinished(run: () => void): void
  /** Called once, whichever side ended it. */
  onClose(run: () => void): void
}
