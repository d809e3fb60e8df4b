// Signing in with a passkey: one button, where the browser knows passkeys.
import { useMutation } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { Fingerprint } from "lucide-react";
import { useTranslation } from "react-i18next";
import { api } from "~/app/api";
import { Button } from "~/ui/button";
import { Notice } from "~/ui/notice";
import { signedIn } from "./account";
import { canUsePasskeys, passkeyMessage } from "./passkey-browser";

export function PasskeySignIn({ next, onStart }: { next: string; onStart: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const signIn = useMutation({
    mutationFn: async () => {
      const [{ startAuthentication }, { options }] = await Promise.all([
        import("@simplewebauthn/browser"),
        api.auth.passkeys.loginOptions(),
      ]);
      const response = await startAuthentication({
        optionsJSON: options as unknown as Parameters<typeof startAuthentication>[0]["optionsJSON"],
      });
      return api.auth.passkeys.login({ response: { ...response } });
    },
    onMutate: onStart,
    onSuccess: (me) => {
      signedIn(me);
      return navigate({ to: next, replace: true });
    },
  });
  if (!canUsePasskeys()) return null;
  return (
    <div className="mt-4 flex flex-col gap-4">
      <Button icon={Fingerprint} onPress={() => signIn.mutate()} isDisabled={signIn.isPending}>
        {t("passkeys.signIn")}
      </Button>
      {signIn.error && <Notice tone="danger" title={passkeyMessage(signIn.error, t)} />}
    </div>
  );
}
