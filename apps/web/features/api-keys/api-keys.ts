// The workspace's platform keys: one's own, and to an admin everybody's.
import { type ApiKey, type ApiKeyChange, type ApiKeyInput, allOf } from "@parley/client";
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { api } from "~/app/api";
import { useWorkspace, useWorkspaceClient } from "~/features/workspaces/current-workspace";

function keyOf(workspaceId: string): readonly unknown[] {
  return ["api-keys", workspaceId];
}

export function useApiKeys() {
  const { id } = useWorkspace();
  const { apiKeys } = useWorkspaceClient();
  return useInfiniteQuery({
    queryKey: keyOf(id),
    queryFn: ({ pageParam }) => apiKeys.list(pageParam === null ? {} : { cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.nextCursor,
    select: ({ pages }) => pages.flatMap(({ data }) => data),
  });
}

/** All of them at once, to choose from. */
export function useAllApiKeys() {
  const { id } = useWorkspace();
  const { apiKeys } = useWorkspaceClient();
  return useQuery({
    queryKey: [...keyOf(id), "all"],
    queryFn: async () => {
      const keys: ApiKey[] = [];
      for await (const key of allOf((query) => apiKeys.list(query))) keys.push(key);
      return keys;
    },
  });
}

export function useApiKeyActions() {
  const { id: workspaceId } = useWorkspace();
  const { apiKeys } = useWorkspaceClient();
  const queries = useQueryClient();
  const onSuccess = () => queries.invalidateQueries({ queryKey: keyOf(workspaceId) });
  return {
    create: useMutation({ mutationFn: (input: ApiKeyInput) => apiKeys.create(input), onSuccess }),
    change: useMutation({
      mutationFn: ({ id, changes }: { id: string; changes: ApiKeyChange }) => apiKeys.update(id, changes),
      onSuccess,
    }),
    revoke: useMutation({ mutationFn: (id: string) => apiKeys.revoke(id), onSuccess }),
  };
}

/** The scopes that the account's role here may give to a key, with what they allow; undefined while they are loaded. */
export function useOwnScopes() {
  const { role } = useWorkspace();
  const { data, error } = useQuery({
    queryKey: ["policies"],
    queryFn: () => api.policies(),
    staleTime: Number.POSITIVE_INFINITY,
  });
  return { scopes: data?.scopes.filter(({ roles }) => roles.includes(role)), error };
}
