// The model of a new conversation: the one chosen last, the workspace's own choice, that of the latest conversation, or the server's.
import { useChoices } from "~/app/settings";
import { useModelSettings, useModels } from "~/features/catalog/models";
import { useConversations } from "./conversations";

/** Null: not known yet, the server chooses. */
export function useDefaultModel(): string | null {
  const chosen = useChoices((choices) => choices.model);
  const { conversations } = useConversations(false);
  const { data: models } = useModels();
  const { data: settings } = useModelSettings();
  // A model may have left the catalog since, or may not be used any more.
  const offered = (id: string | null | undefined) =>
    id != null && (!models || models.some((model) => model.id === id) || isAlias(id));
  const isAlias = (id: string) => settings?.aliases.some(({ name }) => name === id) === true;
  const wanted = [chosen, settings?.defaultModel, conversations?.[0]?.model].find(offered);
  return wanted ?? settings?.effectiveDefault ?? null;
}
