// The page's one live connection: opened after signing in, shared by all conversations.
import { connectSocket, type ParleySocket, type SocketStatus } from "@parley/client";
import { createContext, type ReactNode, use, useEffect, useMemo, useSyncExternalStore } from "react";
import { meQuery, refreshMe } from "~/features/auth/account";
import { SessionPool } from "~/features/chat/session-pool";
import { queryClient } from "./api";

interface Live {
  socket: ParleySocket;
  sessions: SessionPool;
}

const LiveContext = createContext<Live | null>(null);

let open: { accountId: string; live: Live } | undefined;

/** The connection of an account; there is one at a time. */
function liveOf(accountId: string): Live {
  if (open?.accountId === accountId) return open.live;
  endLive();
  // Many tabs share the browser's few connections of HTTP/1: long polling would use them up.
  const socket = connectSocket({ baseUrl: "", transports: ["websocket", "polling"] });
  open = { accountId, live: { socket, sessions: new SessionPool(socket) } };
  return open.live;
}

/** Leaves all conversations and disconnects: nobody is signed in any more. */
export function endLive(): void {
  open?.live.sessions.close();
  open = undefined;
}

/** Connects for as long as this account is signed in. */
export function LiveProvider({ accountId, children }: { accountId: string; children: ReactNode }) {
  const live = useMemo(() => liveOf(accountId), [accountId]);
  useEffect(
    () =>
      live.socket.status.subscribe(() => {
        // Signed out elsewhere: whoever asks "who am I" next is told.
        const { state } = live.socket.status.getSnapshot();
        if (state === "refused") void refreshMe();
      }),
    [live],
  );
  useEffect(() => {
    let connects = 0;
    const endings = [
      live.socket.on("membership:changed", async ({ workspaceId }) => {
        await refreshMe();
        // Nobody asks for the members of a workspace that is gone.
        const known = queryClient.getQueryData(meQuery.queryKey)?.workspaces.some(({ id }) => id === workspaceId);
        if (known) await queryClient.invalidateQueries({ queryKey: ["members", workspaceId] });
      }),
      // Connected again: word of a change may have been missed.
      live.socket.onOnline(() => {
        connects += 1;
        if (connects > 1) void refreshMe();
      }),
    ];
    return () => {
      for (const end of endings) end();
    };
  }, [live]);
  return <LiveContext value={live}>{children}</LiveContext>;
}

export function useLive(): Live {
  const live = use(LiveContext);
  if (!live) throw new Error("useLive needs a LiveProvider.");
  return live;
}

export function useSocketStatus(): SocketStatus {
  const { status } = useLive().socket;
  return useSyncExternalStore(status.subscribe, status.getSnapshot);
}
