// The workspace's provider keys: written once, never read again.
import type { ProviderKey, ProviderKeyInput } from "@parley/client";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useWorkspace, useWorkspaceClient } from "~/features/workspaces/current-workspace";

/** OpenRouter's public address (contract §2). In a demo the server's own default leads to the simulator. */
export const OPENROUTER_URL = "https://openrouter.ai/api/v1";

export interface KeyEdit {
  id: string;
  label?: string;
  enabled?: boolean;
  secret?: string;
}

function keyOf(workspaceId: string): readonly unknown[] {
  return ["provider-keys", workspaceId];
}

/** Whether the workspace answers by a key of its own, which every member may know; undefined until that is known. */
export function useOwnKey({ enabled }: { enabled: boolean }): boolean | undefined {
  const { id } = useWorkspace();
  const { providerKeys } = useWorkspaceClient();
  const { data } = useQuery({ queryKey: [...keyOf(id), "state"], enabled, queryFn: () => providerKeys.state() });
  return data?.ownKey;
}

export function useProviderKeys() {
  const { id } = useWorkspace();
  const client = useWorkspaceClient();
  return useQuery({
    queryKey: keyOf(id),
    queryFn: async (): Promise<ProviderKey[]> => (await client.providerKeys.list()).data,
  });
}

export function useKeyActions() {
  const { id: workspaceId } = useWorkspace();
  const { providerKeys } = useWorkspaceClient();
  const queries = useQueryClient();
  const onSuccess = () => queries.invalidateQueries({ queryKey: keyOf(workspaceId) });
  return {
    add: useMutation({ mutationFn: (input: ProviderKeyInput) => providerKeys.create(input), onSuccess }),
    remove: useMutation({ mutationFn: (id: string) => providerKeys.delete(id), onSuccess }),
    /** What is given changes; a new secret last, so that a wrong one leaves the rest done. */
    edit: useMutation({
      mutationFn: async ({ id, secret, ...changes }: KeyEdit) => {
        if (Object.keys(changes).length > 0) await providerKeys.update(id, changes);
        if (secret !== undefined) await providerKeys.rotate(id, { secret });
      },
      onSettled: onSuccess,
    }),
    /** New priorities by id. */
    reorder: useMutation({
      mutationFn: async (priorities: ReadonlyMap<string, number>) => {
        for (const [id, priority] of priorities) await providerKeys.update(id, { priority });
      },
      onSettled: onSuccess,
    }),
    // A test that works ends a rest.
    test: useMutation({ mutationFn: (id: string) => providerKeys.test(id), onSuccess }),
  };
}
