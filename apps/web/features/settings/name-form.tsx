// Who one is to the others: the account's name.
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api, fieldErrors, queryClient } from "~/app/api";
import { refreshMe, useMe } from "~/features/auth/account";
import { Button } from "~/ui/button";
import { Field } from "~/ui/field";
import { FormNotice } from "~/ui/form-notice";
import { Notice } from "~/ui/notice";

export function NameForm() {
  const { t } = useTranslation();
  const { user } = useMe();
  const [name, setName] = useState(user.name);
  const rename = useMutation({
    mutationFn: () => api.auth.update({ name: name.trim() }),
    onSuccess: async ({ user: { name: kept } }) => {
      setName(kept);
      await refreshMe();
      await queryClient.invalidateQueries({ queryKey: ["members"] });
    },
  });
  const errors = fieldErrors(rename.error);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    rename.mutate();
  };
  const isSame = name.trim() === "" || name.trim() === user.name;
  return (
    <div>
      <Form onSubmit={submit} className="grid grid-cols-[1fr_auto] items-start gap-3">
        <Field
          label={t("profile.name")}
          description={t("profile.nameText")}
          value={name}
          onChange={setName}
          isRequired
          maxLength={100}
          autoComplete="name"
          error={errors["name"]}
        />
        <Button type="submit" className="mt-[26px]" isDisabled={rename.isPending || isSame}>
          {t("action.save")}
        </Button>
      </Form>
      <FormNotice error={rename.error} fields={["name"]} className="mt-3" />
      {rename.isSuccess && isSame && (
        <Notice tone="success" className="mt-3" title={t("profile.nameChanged")} announce />
      )}
    </div>
  );
}
