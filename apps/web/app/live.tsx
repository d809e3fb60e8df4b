// The page's one live connection: opened after signing in, shared by all conversations.
import { connectSocket, type ParleySocket, type SocketStatus } from "@parley/client";
import { createContext, type ReactNode, use, useEffect, useMemo, useSyncExternalStore } from "react";
import { SessionPool } from "~/features/chat/session-pool";
import { queryClient } from "./api";

interface Live {
  socket: ParleySocket;
  sessions: SessionPool;
}

const LiveContext = createContext<Live | null>(null);

/** Connects for as long as someone is signed in. `accountId` is the key: another account gets another connection. */
export function LiveProvider({ children }: { children: ReactNode }) {
  const live = useMemo(() => {
    // Many tabs share the browser's few connections of HTTP/1: long polling would use them up.
    const socket = connectSocket({ baseUrl: "", transports: ["websocket", "polling"] });
    return { socket, sessions: new SessionPool(socket) };
  }, []);
  useEffect(() => {
    const stop = live.socket.status.subscribe(() => {
      // Signed out elsewhere: whoever asks "who am I" next is told.
      if (live.socket.status.getSnapshot().state === "refused")
        void queryClient.invalidateQueries({ queryKey: ["me"] });
    });
    return stop;
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
