// An owner hands the workspace over to another member.
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { messageOf } from "~/app/api";
import { refreshMe, useMe } from "~/features/auth/account";
import { Button } from "~/ui/button";
import { Confirm } from "~/ui/confirm-lazy";
import { Notice } from "~/ui/notice";
import { Select } from "~/ui/select";
import { Loading, Skeleton } from "~/ui/skeleton";
import { useWorkspace, useWorkspaceClient } from "./current-workspace";
import { refreshMembers, useMembers } from "./membership";

export function TransferWorkspace() {
  const { t } = useTranslation();
  const { id, name } = useWorkspace();
  const client = useWorkspaceClient();
  const { user } = useMe();
  const { data, error } = useMembers();
  const [chosen, setChosen] = useState("");
  const [asking, setAsking] = useState(false);
  const others = data?.filter(({ userId }) => userId !== user.id);
  const next = others?.find(({ userId }) => userId === chosen);
  return (
    <section aria-labelledby="transfer-title">
      <h2 id="transfer-title" className="text-h3 font-semibold">
        {t("transfer.title")}
      </h2>
      <p className="mt-1 text-ui text-muted">{t(others?.length === 0 ? "transfer.nobody" : "transfer.text")}</p>
      {error && <Notice tone="danger" className="mt-3" title={messageOf(error)} />}
      {!data && !error && (
        <Loading>
          <Skeleton className="mt-3 h-9 rounded-control" />
        </Loading>
      )}
      {others && others.length > 0 && (
        <div className="mt-3 flex flex-wrap items-center gap-3">
          <Select
            label={t("transfer.to")}
            hideLabel
            className="min-w-0 flex-1 basis-56"
            value={chosen}
            onChange={setChosen}
            options={[
              { value: "", text: t("transfer.choose") },
              ...others.map((member) => ({ value: member.userId, text: `${member.name} (${member.email})` })),
            ]}
          />
          <Button onPress={() => setAsking(true)} isDisabled={!next}>
            {t("transfer.action")}
          </Button>
        </div>
      )}
      <Confirm
        open={asking && next !== undefined}
        onOpenChange={setAsking}
        title={t("transfer.question", { workspace: name, name: next?.name ?? "" })}
        text={t("transfer.consequence")}
        action={t("transfer.action")}
        onConfirm={async () => {
          await client.transfer({ userId: chosen });
          await Promise.all([refreshMe(), refreshMembers(id)]);
        }}
      />
    </section>
  );
}
