// The addresses that workspaces may choose for their own providers.
import { z } from "zod";

/** The variables of the environment. */
export const providerVariables = {
  PROVIDER_ORIGINS: z
    .string()
    .transform((text, context) =>
      text.split(",").map((entry) => {
        const url = URL.parse(entry.trim());
        const isOrigin = url !== null && /^https?:$/.test(url.protocol) && url.href === `${url.origin}/`;
        if (!isOrigin)
          context.addIssue({
            code: "custom",
            message: "must be origins with commas between them, such as https://api.example.com,https://10.0.0.8:8443",
          });
        return url?.origin ?? "";
      }),
    )
    .optional(),
};
