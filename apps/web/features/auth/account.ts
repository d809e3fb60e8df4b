// Who is signed in, and how that changes.
import { type Me, ParleyError, type Session } from "@parley/client";
import { queryOptions, useMutation } from "@tanstack/react-query";
import { createContext, use } from "react";
import { api, queryClient } from "~/app/api";
import { forgetDrafts } from "~/features/chat/drafts";

const channel = new BroadcastChannel("parley.auth");

/** The signed-in account, or null. */
export const meQuery = queryOptions({
  queryKey: ["me"],
  staleTime: Number.POSITIVE_INFINITY,
  queryFn: async (): Promise<Me | null> => {
    try {
      return await api.auth.me();
    } catch (error) {
      if (error instanceof ParleyError && error.status === 401) return null;
      throw error;
    }
  },
});

let refreshing: Promise<void> = Promise.resolve();

/**
 * Reads the account with its workspaces and roles again. One after the other: a second read would break off the first,
 * and whoever waits for that one would go on with what was known before.
 */
export function refreshMe(): Promise<void> {
  refreshing = refreshing.then(async () => {
    await queryClient.invalidateQueries({ queryKey: meQuery.queryKey });
    // The query client tells the page in a task of its own: afterwards nothing shows what is gone.
    await new Promise((resolve) => setTimeout(resolve));
  });
  return refreshing;
}

export const instanceQuery = queryOptions({
  queryKey: ["instance"],
  staleTime: 60_000,
  queryFn: () => api.instance(),
});

/** Given by the app's frame, so that what is on the page keeps its account until it is taken off the page. */
export const MeContext = createContext<Me | null>(null);

/** The signed-in account; only for what is shown after signing in. */
export function useMe(): Me {
  const me = use(MeContext);
  if (!me) throw new Error("Nobody is signed in.");
  return me;
}

/** Other tabs of this browser have the same cookie: they look again who they are. */
export function followSignIns(): void {
  channel.onmessage = () => void refreshMe();
}

/** How the person has left by themselves: then signing in leads to the start, not back to where they were. */
let left: "signed out" | "deleted" | null = null;

export function wasLeft(): boolean {
  return left !== null;
}

/** Whether the account that was signed in here is gone for good. */
export function wasDeleted(): boolean {
  return left === "deleted";
}

/** After any sign-in: the page and its other tabs know who is there. */
export function signedIn(me: Me): void {
  left = null;
  queryClient.setQueryData(meQuery.queryKey, me);
  channel.postMessage("in");
}

export function useSignIn() {
  return useMutation({
    mutationFn: (body: { email: string; password: string; code?: string }) => api.auth.login(body),
    onSuccess: signedIn,
  });
}

export function useRegister() {
  return useMutation({
    mutationFn: (body: { email: string; password: string; name: string; inviteToken?: string }) =>
      api.auth.register(body),
    onSuccess: signedIn,
  });
}

/** Forgets everything this browser holds of the account. */
function forgetAccount(): void {
  forgetDrafts();
  queryClient.setQueryData(meQuery.queryKey, null);
  queryClient.removeQueries({ predicate: ({ queryKey: [name] }) => name !== "me" && name !== "instance" });
  channel.postMessage("out");
}

export function useSignOut() {
  return useMutation({
    mutationFn: () => api.auth.logout(),
    onSuccess: () => {
      left = "signed out";
      forgetAccount();
    },
  });
}

/** Deletes the account of whoever is signed in. */
export function useDeleteAccount() {
  return useMutation({
    mutationFn: (proof: { password?: string; code?: string; email?: string }) => api.auth.delete(proof),
    // Before the answer: the live connection ends a moment earlier, and leads to the sign-in page by itself.
    onMutate: () => {
      left = "deleted";
    },
    onError: () => {
      left = null;
    },
    onSuccess: forgetAccount,
  });
}

export const sessionsQuery = queryOptions({
  queryKey: ["sessions"],
  queryFn: async (): Promise<Session[]> => (await api.auth.sessions()).data,
});

export function useRevokeOtherSessions() {
  return useMutation({
    mutationFn: () => api.auth.revokeOtherSessions(),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  });
}

export function useRevokeSession() {
  return useMutation({
    mutationFn: (id: string) => api.auth.revokeSession(id),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey }),
  });
}
