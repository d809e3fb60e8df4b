// Who and what the running code works for, carried along by AsyncLocalStorage, so that every log line can say it.
import { AsyncLocalStorage } from "node:async_hooks";

/** Ids of the request or job that is being worked on. */
export interface WorkContext {
  requestId?: string;
  jobId?: string;
  userId?: string;
  workspaceId?: string;
  /** The platform key that asks. */
  keyId?: string;
}

/** From where a request comes; personal, so it is kept apart from what goes into the log. */
export interface RequestClient {
  ip: string;
  userAgent?: string;
}

/** The context of one request or job. From where it comes is no property of it: what copies or prints it does not see that. */
class Work implements WorkContext {
  declare requestId?: string;
  readonly #client: (() => RequestClient) | undefined;

  constructor(ids: WorkContext, client?: () => RequestClient) {
    Object.assign(this, ids);
    this.#client = client;
  }

  static client(work: WorkContext | undefined): RequestClient | undefined {
    return work instanceof Work ? work.#client?.() : undefined;
  }
}

/** Address and browser of the request that is worked on; nothing outside of one. */
export function clientOf(): Record<string, string> {
  return { ...Work.client(storage.getStore()) };
}

const storage = new AsyncLocalStorage<WorkContext>();
const NOBODY: WorkContext = Object.freeze({});

/**
 * Runs `fn`, and all that it starts, within the given context.
 * @param client tells from where the request comes; asked only when somebody wants to know
 */
export function runWithContext<T>(work: WorkContext, fn: () => T, client?: () => RequestClient): T {
  return storage.run(new Work(work, client), fn);
}

/** The context of the running code; empty outside any. */
export function context(): Readonly<WorkContext> {
  return storage.getStore() ?? NOBODY;
}

/** Adds to the context of the running request or job, e.g. once it is known who asks. Outside any, nothing happens. */
export function extendContext(more: WorkContext): void {
  const store = storage.getStore();
  if (store) Object.assign(store, more);
}

/** Runs `fn` in a context that was begun before (not a copy): what is added later is seen by all who hold it. */
export function resumeContext<T>(work: Readonly<WorkContext>, fn: () => T): T {
  return storage.run(work as WorkContext, fn);
}
