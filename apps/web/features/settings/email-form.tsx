// Gives the account another e-mail: what one signs in with.
import { useMutation } from "@tanstack/react-query";
import { type FormEvent, useRef } from "react";
import { Form } from "react-aria-components";
import { useTranslation } from "react-i18next";
import { api, fieldErrors, queryClient } from "~/app/api";
import { refreshMe } from "~/features/auth/account";
import { Button } from "~/ui/button";
import { Field } from "~/ui/field";
import { FormNotice } from "~/ui/form-notice";
import { Notice } from "~/ui/notice";

export function EmailForm() {
  const { t } = useTranslation();
  const form = useRef<HTMLFormElement>(null);
  const change = useMutation({
    mutationFn: (body: { email: string; currentPassword: string }) => api.auth.changeEmail(body),
    onSuccess: async () => {
      form.current?.reset();
      await refreshMe();
      await queryClient.invalidateQueries({ queryKey: ["members"] });
    },
  });
  const errors = fieldErrors(change.error);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget);
    change.mutate({ email: String(fields.get("email")), currentPassword: String(fields.get("currentPassword")) });
  };
  return (
    <section aria-labelledby="email-title">
      <h2 id="email-title" className="text-h3 font-semibold">
        {t("email.title")}
      </h2>
      <Form
        ref={form}
        onSubmit={submit}
        className="mt-3 grid grid-cols-[1fr_1fr_auto] items-start gap-3 max-md:grid-cols-1"
      >
        <Field
          name="email"
          type="email"
          label={t("email.new")}
          isRequired
          autoComplete="email"
          error={errors["email"]}
        />
        <Field
          name="currentPassword"
          type="password"
          label={t("email.password")}
          isRequired
          autoComplete="current-password"
          error={errors["currentPassword"]}
        />
        <Button type="submit" isDisabled={change.isPending} className="mt-[26px] max-md:mt-0">
          {t("email.change")}
        </Button>
      </Form>
      <FormNotice error={change.error} fields={["email", "currentPassword"]} className="mt-3" />
      {change.isSuccess && <Notice tone="success" className="mt-3" title={t("email.changed")} announce />}
    </section>
  );
}
