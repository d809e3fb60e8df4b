// Changes the password; the other browsers are signed out by it.
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useRef } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api, fieldErrors, queryClient } from "~/app/api";
import { sessionsQuery } from "~/features/auth/account";
import { Button } from "~/ui/button";
import { Field } from "~/ui/field";
import { FormNotice } from "~/ui/form-notice";
import { Notice } from "~/ui/notice";

export function PasswordForm() {
  const { t } = useTranslation();
  const form = useRef<HTMLFormElement>(null);
  const change = useMutation({
    mutationFn: (body: { currentPassword: string; newPassword: string }) => api.auth.changePassword(body),
    onSuccess: () => {
      form.current?.reset();
      return queryClient.invalidateQueries({ queryKey: sessionsQuery.queryKey });
    },
  });
  const errors = fieldErrors(change.error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    change.mutate({
      currentPassword: String(fields.get("currentPassword")),
      newPassword: String(fields.get("newPassword")),
    });
  };
  return (
    <section aria-labelledby="password-title">
      <h2 id="password-title" className="text-h3 font-semibold">
        {t("password.title")}
      </h2>
      <Form
        ref={form}
        onSubmit={submit}
        className="mt-3 grid grid-cols-[1fr_1fr_auto] items-start gap-3 max-md:grid-cols-1"
      >
        <Field
          name="currentPassword"
          type="password"
          label={t("password.current")}
          isRequired
          autoComplete="current-password"
          error={errors["currentPassword"]}
        />
        <Field
          name="newPassword"
          type="password"
          label={t("password.new")}
          isRequired
          minLength={8}
          autoComplete="new-password"
          error={errors["newPassword"]}
        />
        <Button type="submit" isDisabled={change.isPending} className="mt-[26px] max-md:mt-0">
          {t("password.change")}
        </Button>
      </Form>
      <FormNotice error={change.error} fields={["currentPassword", "newPassword"]} className="mt-3" />
      {change.isSuccess && <Notice tone="success" className="mt-3" title={t("password.changed")} announce />}
    </section>
  );
}
