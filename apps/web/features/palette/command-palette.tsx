// Ctrl/Cmd+K: finds conversations by title, and does what the app can do, from the keyboard.
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import {
  ChartNoAxesColumn,
  Contrast,
  Keyboard,
  KeyRound,
  type LucideIcon,
  MessageSquare,
  Moon,
  Search,
  Settings,
  SquarePen,
  Sun,
} from "lucide-react";
import { useEffect, useState } from "react";
import {
  Autocomplete,
  Collection,
  Dialog,
  Header,
  Input,
  ListBox,
  ListBoxItem,
  ListBoxSection,
  Modal,
  ModalOverlay,
  TextField,
} from "react-aria-components";
import { useTranslation } from "react-i18next";
import { chooseTheme } from "~/app/theme";
import { useUi } from "~/app/ui-store";
import { useWorkspace, useWorkspaceClient } from "~/features/workspaces/current-workspace";
import { onEnterWithoutMark } from "~/ui/enter-first";

interface Entry {
  id: string;
  name: string;
  icon: LucideIcon;
  run: () => void;
}

/** Typing rests this long before the server is asked, ms. */
const REST_MS = 150;
const FOUND = 20;

export default function CommandPalette() {
  const { t } = useTranslation();
  const { setPalette } = useUi();
  const [query, setQuery] = useState("");
  const commands = useCommands().filter(({ name }) => name.toLowerCase().includes(query.trim().toLowerCase()));
  const chats = useFoundChats(query);
  const sections = [
    { id: "chats", name: t("palette.chats"), entries: chats },
    { id: "commands", name: t("palette.commands"), entries: commands },
  ].filter(({ entries }) => entries.length > 0);
  const first = sections[0]?.entries[0];
  const run = (key: string) => {
    setPalette(false);
    [...chats, ...commands].find(({ id }) => id === key)?.run();
  };
  return (
    <ModalOverlay
      isOpen
      isDismissable
      onOpenChange={setPalette}
      className="animate-appear fixed inset-0 z-50 flex items-start justify-center bg-scrim px-4 pt-[12dvh]"
    >
      <Modal className="w-full max-w-[600px] rounded-card border border-border bg-raised p-1.5 shadow-popover">
        <Dialog aria-label={t("palette.label")} className="no-ring">
          <div onKeyDownCapture={onEnterWithoutMark(() => first && run(first.id))}>
            <Autocomplete inputValue={query} onInputChange={setQuery}>
              <TextField aria-label={t("palette.label")} autoFocus className="relative">
                <Search size={17} aria-hidden className="absolute top-1/2 left-3.5 -translate-y-1/2 text-fg-subtle" />
                <Input
                  placeholder={t("palette.placeholder")}
                  className="no-ring h-12 w-full rounded-code bg-transparent pr-4 pl-11 text-body max-md:text-[16px]"
                />
              </TextField>
              <ListBox
                aria-label={t("palette.results")}
                items={sections}
                onAction={(key) => run(String(key))}
                renderEmptyState={() => <p className="p-4 text-ui text-muted">{t("palette.none")}</p>}
                render={(list) => <div {...list} tabIndex={0} />}
                className="no-ring scrollbar-quiet mt-1 max-h-[min(420px,55dvh)] overflow-y-auto border-t border-border pt-1"
              >
                {(section) => (
                  <ListBoxSection id={section.id}>
                    <Header className="px-3 pt-2 pb-1 text-caption font-medium text-fg-subtle">{section.name}</Header>
                    <Collection items={section.entries}>{(entry) => <PaletteEntry entry={entry} />}</Collection>
                  </ListBoxSection>
                )}
              </ListBox>
            </Autocomplete>
          </div>
        </Dialog>
      </Modal>
    </ModalOverlay>
  );
}

function PaletteEntry({ entry: { id, name, icon: Icon } }: { entry: Entry }) {
  return (
    <ListBoxItem
      id={id}
      textValue={name}
      className="no-ring flex min-h-10 cursor-default items-center gap-3 rounded-control px-3 text-ui focus:bg-accent-soft focus:text-on-accent-soft hover:bg-sunken focus:hover:bg-accent-soft max-md:min-h-11"
    >
      <Icon size={16} aria-hidden className="shrink-0" />
      <span className="truncate">{name}</span>
    </ListBoxItem>
  );
}

function useFoundChats(query: string): Entry[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { id: workspaceId } = useWorkspace();
  const client = useWorkspaceClient();
  const wanted = useRested(query.trim());
  const { data } = useQuery({
    queryKey: ["find-chats", workspaceId, wanted],
    placeholderData: (before) => before,
    queryFn: async () =>
      (await client.conversations.list({ limit: FOUND, ...(wanted !== "" && { title: wanted }) })).data,
  });
  return (data ?? []).map(({ id, title }) => ({
    id,
    name: title || t("chats.untitled"),
    icon: MessageSquare,
    run: () => void navigate({ to: "/c/$conversationId", params: { conversationId: id } }),
  }));
}

function useRested(text: string): string {
  const [rested, setRested] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setRested(text), REST_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return rested;
}

function useCommands(): Entry[] {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const { setKeys } = useUi();
  return [
    { id: "new", name: t("chats.new"), icon: SquarePen, run: () => void navigate({ to: "/" }) },
    { id: "usage", name: t("usage.title"), icon: ChartNoAxesColumn, run: () => void navigate({ to: "/usage" }) },
    { id: "keys", name: t("settings.keys"), icon: KeyRound, run: () => void navigate({ to: "/settings/keys" }) },
    { id: "settings", name: t("settings.title"), icon: Settings, run: () => void navigate({ to: "/settings" }) },
    { id: "light", name: t("palette.theme", { theme: t("theme.light") }), icon: Sun, run: () => chooseTheme("light") },
    { id: "dark", name: t("palette.theme", { theme: t("theme.dark") }), icon: Moon, run: () => chooseTheme("dark") },
    {
      id: "contrast",
      name: t("palette.theme", { theme: t("theme.contrast") }),
      icon: Contrast,
      run: () => chooseTheme("contrast"),
    },
    { id: "shortcuts", name: t("keyboard.title"), icon: Keyboard, run: () => setKeys(true) },
  ];
}
