// A person of a test: an account with its own cookies, client and sockets.
import {
  type Client,
  type Conversation,
  type ConversationInput,
  type ConversationSession,
  type CookieJar,
  connectSocket,
  type Id,
  joinConversation,
  type Me,
  type ParleySocket,
  type WorkspaceClient,
} from "#libs/client/index";
import { Recorder } from "./recorder.js";

/** A socket and everything it heard. */
export interface Listener {
  socket: ParleySocket;
  heard: Recorder;
}

/** A conversation that is open in a browser. */
export interface Tab {
  socket: ParleySocket;
  session: ConversationSession;
}

/** A signed-in account and its personal workspace. */
export class Account {
  readonly workspaceId: Id;
  readonly workspace: WorkspaceClient;
  private readonly sockets: ParleySocket[] = [];
  private readonly sessions: ConversationSession[] = [];

  constructor(
    private readonly baseUrls: () => string[],
    readonly client: Client,
    readonly jar: CookieJar,
    readonly me: Me,
    readonly password: string,
  ) {
    const own = me.workspaces[0];
    if (!own) throw new Error("The new account has no workspace.");
    this.workspaceId = own.id;
    this.workspace = client.workspace(own.id);
  }

  get email(): string {
    return this.me.user.email;
  }

  /** A conversation in the account's workspace. */
  aConversation(input: ConversationInput = {}): Promise<Conversation> {
    return this.workspace.conversations.create(input);
  }

  /** A live connection with the account's cookie. @param api which of the API processes */
  async listen(api = 0): Promise<Listener> {
    const socket = this.connect(api);
    const heard = new Recorder(socket);
    await socket.online();
    return { socket, heard };
  }

  /** Connects and joins a conversation. */
  async join(conversationId: Id, resume?: Record<Id, number>, api = 0): Promise<Listener> {
    const listener = await this.listen(api);
    const { workspaceId } = this;
    await listener.socket.send("conversation:join", { workspaceId, conversationId, ...(resume && { resume }) });
    return listener;
  }

  /** A conversation as the web app holds it: it resumes by itself. @param api which of the API processes */
  open(conversationId: Id, api = 0): Tab {
    const socket = this.connect(api);
    const session = joinConversation(socket, this.workspaceId, conversationId);
    this.sessions.push(session);
    return { socket, session };
  }

  private connect(api: number): ParleySocket {
    const baseUrl = this.baseUrls()[api] ?? "";
    const socket = connectSocket({ baseUrl, cookie: () => this.jar.header() });
    this.sockets.push(socket);
    return socket;
  }

  /** Closes all its connections. */
  close(): void {
    for (const session of this.sessions.splice(0)) session.leave();
    for (const socket of this.sockets.splice(0)) socket.close();
  }
}
