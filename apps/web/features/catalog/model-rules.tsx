// The workspace's rules for models, for admins: which may be used, the default, names of its own.
import { type ModelSettings, ParleyError } from "@parley/client";
import { type FormEvent, useState } from "react";
import { Label, Text, TextArea, TextField } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { Button } from "~/ui/button";
import { Dialog } from "~/ui/dialog";
import { Field } from "~/ui/field";
import { INPUT } from "~/ui/input-look";
import { Notice } from "~/ui/notice";
import { Select } from "~/ui/select";
import { useChangeModelSettings } from "./models";

const linesOf = (text: string): string[] =>
  text
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "");

export function ModelRules({ settings, onClose }: { settings: ModelSettings; onClose: () => void }) {
  const { t } = useTranslation();
  const change = useChangeModelSettings();
  const [which, setWhich] = useState<"every" | "some">(settings.allowed === null ? "every" : "some");
  const [allowed, setAllowed] = useState(settings.allowed?.join("\n") ?? "");
  const [defaultModel, setDefault] = useState(settings.defaultModel ?? "");
  const [aliases, setAliases] = useState(settings.aliases.map(({ name, model }) => `${name} = ${model}`).join("\n"));
  const [wrong, setWrong] = useState<string | null>(null);

  const save = (event: FormEvent) => {
    event.preventDefault();
    const pairs = linesOf(aliases).map((line) => /^(\S+)\s*=\s*(\S+)$/.exec(line));
    const bad = pairs.indexOf(null);
    setWrong(bad < 0 ? null : t("catalog.aliasWrong", { line: bad + 1 }));
    if (bad >= 0) return;
    change.mutate(
      {
        allowed: which === "every" ? null : [...new Set(linesOf(allowed))],
        defaultModel: defaultModel.trim() || null,
        aliases: pairs.map((pair) => ({ name: pair?.[1] ?? "", model: pair?.[2] ?? "" })),
      },
      { onSuccess: ({ unknown }) => unknown.length === 0 && onClose() },
    );
  };

  return (
    <Dialog open onOpenChange={onClose} title={t("catalog.manageTitle")} width="max-w-[560px]">
      <form onSubmit={save} className="flex flex-col gap-5">
        <p className="text-ui text-muted">{t("catalog.manageText")}</p>
        <Select
          label={t("catalog.which")}
          value={which}
          onChange={setWhich}
          options={[
            { value: "every", text: t("catalog.every") },
            { value: "some", text: t("catalog.some") },
          ]}
        />
        {which === "some" && (
          <Lines
            label={t("catalog.allowedList")}
            note={t("catalog.allowedNote")}
            value={allowed}
            onChange={setAllowed}
          />
        )}
        <Field
          label={t("catalog.defaultModel")}
          description={t("catalog.defaultNote", { model: settings.effectiveDefault })}
          value={defaultModel}
          onChange={setDefault}
          mono
        />
        <Lines label={t("catalog.aliasList")} note={t("catalog.aliasNote")} value={aliases} onChange={setAliases} />
        {change.data && change.data.unknown.length > 0 && (
          <Notice tone="warn" title={t("catalog.unknownSaved")} announce>
            <span className="font-mono wrap-anywhere">{change.data.unknown.join(", ")}</span>
          </Notice>
        )}
        {(wrong ?? change.error) && <Notice tone="danger" title={wrong ?? reasonsOf(change.error)} />}
        <Button type="submit" variant="primary" isDisabled={change.isPending} className="self-start">
          {t("catalog.save")}
        </Button>
      </form>
    </Dialog>
  );
}

interface LinesProps {
  label: string;
  note: string;
  value: string;
  onChange: (value: string) => void;
}

function Lines({ label, note, value, onChange }: LinesProps) {
  return (
    <TextField value={value} onChange={onChange} className="flex flex-col gap-1.5">
      <Label className="text-ui font-medium">{label}</Label>
      <TextArea rows={4} spellCheck={false} className={`${INPUT} font-mono !text-meta`} />
      <Text slot="description" className="text-meta text-muted">
        {note}
      </Text>
    </TextField>
  );
}

/** The server says which line is wrong, and why. */
function reasonsOf(error: unknown): string {
  const fields = error instanceof ParleyError ? error.errors : undefined;
  return fields?.length ? fields.map(({ message }) => message).join("; ") : messageOf(error);
}
