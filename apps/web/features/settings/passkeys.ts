// The account's passkeys in the page's cache.
import type { Passkey } from "@parley/client";
import { queryOptions } from "@tanstack/react-query";
import { api, queryClient } from "~/app/api";

export const passkeysQuery = queryOptions({
  queryKey: ["passkeys"],
  queryFn: async (): Promise<Passkey[]> => (await api.auth.passkeys.list()).data,
});

export function refreshPasskeys(): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: passkeysQuery.queryKey });
}
