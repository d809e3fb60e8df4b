// Brings SQLite's write-ahead log to the disk without holding up the event loop.
import { close, fdatasync, open } from "node:fs";
import { promisify } from "node:util";

const [openFile, sync, closeFile] = [promisify(open), promisify(fdatasync), promisify(close)];

/**
 * SQLite's own way (synchronous=FULL) calls fsync within COMMIT: the process stands still for it, and so does everybody who
 * waits for the write lock. With synchronous=NORMAL a COMMIT only writes to the log (sqlite.org/wal.html §2.3), and its
 * caller waits for {@link flush} instead.
 */
export class LogSync {
  private fd: Promise<number> | undefined;
  private running: Promise<void> | undefined;
  private next: Promise<void> | undefined;

  /** @param file the log: "….db-wal". It has to be there when the first flush begins, and not to be replaced until {@link close}. */
  constructor(private readonly file: string) {}

  /**
   * Resolves once everything is on the disk that was written to the log before the call. All who call while one runs share the next.
   * @throws the file system's error; what was written may be lost by a power cut then
   */
  flush(): Promise<void> {
    if (!this.running) {
      this.running = this.sync().finally(() => {
        this.running = undefined;
      });
      return this.running;
    }
    this.next ??= this.running
      .catch(() => undefined)
      .then(() => {
        this.next = undefined;
        return this.flush();
      });
    return this.next;
  }

  /** Waits for what runs. Nothing is to be flushed any more. */
  async close(): Promise<void> {
    await this.running?.catch(() => undefined);
    const fd = await this.fd?.catch(() => undefined);
    this.fd = undefined;
    if (fd !== undefined) await closeFile(fd);
  }

  private async sync(): Promise<void> {
    // Windows syncs only files that are open for writing.
    this.fd ??= openFile(this.file, "r+");
    try {
      await sync(await this.fd);
    } catch (error) {
      this.fd = undefined;
      throw error;
    }
  }
}
