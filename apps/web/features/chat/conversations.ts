// The list of conversations: read page by page, and kept in step by the workspace's events.
import { type Conversation, type ConversationInput, type Page, watchWorkspace } from "@parley/client";
import { type InfiniteData, useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { useLive } from "~/app/live";
import { useWorkspace, useWorkspaceClient } from "~/features/workspaces/current-workspace";

type Pages = InfiniteData<Page<Conversation>>;
const PAGE = 50;

export function listKey(workspaceId: string, archived: boolean): readonly unknown[] {
  return ["conversations", workspaceId, archived];
}

/** All pages read so far as one list, the latest first. */
export function useConversations(archived: boolean) {
  const { id } = useWorkspace();
  const client = useWorkspaceClient();
  const query = useInfiniteQuery({
    queryKey: listKey(id, archived),
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }): Promise<Page<Conversation>> =>
      client.conversations.list({ limit: PAGE, archived, ...(pageParam !== undefined && { cursor: pageParam }) }),
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
  const conversations = useMemo(() => flat(query.data), [query.data]);
  return { ...query, conversations };
}

/** An event may have put a conversation in that a later page brings again: each stands once. */
function flat(data: Pages | undefined): Conversation[] | undefined {
  if (!data) return undefined;
  const byId = new Map<string, Conversation>();
  for (const conversation of data.pages.flatMap((page) => page.data)) {
    const known = byId.get(conversation.id);
    if (!known || known.updatedAt < conversation.updatedAt) byId.set(conversation.id, conversation);
  }
  return [...byId.values()].sort((a, b) => (a.updatedAt < b.updatedAt ? 1 : -1));
}

/** Puts the newer state of a conversation into a list, or takes it out when it belongs to the other one. */
export function withConversation(data: Pages | undefined, changed: Conversation, archived: boolean): Pages | undefined {
  if (!data) return data;
  if (changed.archived !== archived) return withoutConversation(data, changed.id);
  let found = false;
  const pages = data.pages.map((page) => ({
    ...page,
    data: page.data.map((conversation) => {
      if (conversation.id !== changed.id) return conversation;
      found = true;
      return changed;
    }),
  }));
  const [first, ...rest] = pages;
  if (!found && first) return { ...data, pages: [{ ...first, data: [changed, ...first.data] }, ...rest] };
  return { ...data, pages };
}

export function withoutConversation(data: Pages | undefined, id: string): Pages | undefined {
  if (!data) return data;
  const pages = data.pages.map((page) => ({
    ...page,
    data: page.data.filter((conversation) => conversation.id !== id),
  }));
  return { ...data, pages };
}

function usePatches() {
  const queries = useQueryClient();
  const { id: workspaceId } = useWorkspace();
  return useMemo(() => {
    const each = (change: (data: Pages | undefined, archived: boolean) => Pages | undefined) => {
      for (const archived of [false, true]) {
        queries.setQueryData<Pages>(listKey(workspaceId, archived), (data) => change(data, archived));
      }
    };
    return {
      put: (conversation: Conversation) => each((data, archived) => withConversation(data, conversation, archived)),
      drop: (id: string) => each((data) => withoutConversation(data, id)),
      refetch: () => void queries.invalidateQueries({ queryKey: ["conversations", workspaceId] }),
    };
  }, [queries, workspaceId]);
}

/** Keeps the lists in step with what happens elsewhere. */
export function useConversationFeed(): void {
  const { socket } = useLive();
  const { id } = useWorkspace();
  const patches = usePatches();
  useEffect(
    () =>
      watchWorkspace(socket, id, {
        created: patches.put,
        updated: patches.put,
        deleted: patches.drop,
        resync: patches.refetch,
      }),
    [socket, id, patches],
  );
}

export function useChangeConversation() {
  const client = useWorkspaceClient();
  const patches = usePatches();
  return useMutation({
    mutationFn: ({ id, ...change }: ConversationInput & { id: string }) => client.conversations.update(id, change),
    onSuccess: patches.put,
  });
}

export function useCreateConversation() {
  const client = useWorkspaceClient();
  const patches = usePatches();
  return useMutation({
    mutationFn: (input: ConversationInput) => client.conversations.create(input),
    onSuccess: patches.put,
  });
}

export function useDeleteConversation() {
  const client = useWorkspaceClient();
  const patches = usePatches();
  return useMutation({
    mutationFn: async (id: string) => {
      await client.conversations.delete(id);
      return id;
    },
    onSuccess: patches.drop,
  });
}
