// Socket.IO on the API's HTTP server: limits, and who may connect at all.

import type { INestApplicationContext } from "@nestjs/common";
import { IoAdapter } from "@nestjs/platform-socket.io";
import type { Server, ServerOptions } from "socket.io";
import { Config } from "#libs/config/index";
import { originVerdict } from "#libs/http/index";

/** Largest packet, bytes: a message of the longest allowed length in UTF-8, with its frame. */
const MAX_PACKET = 1024 * 1024;

export class SocketAdapter extends IoAdapter {
  private readonly publicUrl: string | undefined;

  constructor(app: INestApplicationContext) {
    super(app);
    this.publicUrl = app.get(Config).publicUrl;
  }

  override createIOServer(port: number, options?: ServerOptions): Server {
    return super.createIOServer(port, {
      ...options,
      maxHttpBufferSize: MAX_PACKET,
      connectTimeout: 5_000,
      pingInterval: 20_000,
      pingTimeout: 20_000,
      serveClient: false,
      // A browser sends cookies along with foreign pages' sockets: the origin is looked at on upgrade and polling alike (CSWSH).
      allowRequest: (request, decide) => decide(null, originVerdict(request.headers, this.publicUrl) !== "foreign"),
    } as ServerOptions) as Server;
  }
}
