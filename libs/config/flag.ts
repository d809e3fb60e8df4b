// A setting that is on or off.
import { z } from "zod";

/** `1` or `true`, `0` or `false`. Default: off. */
export const flag = z
  .enum(["0", "1", "true", "false"])
  .transform((value) => value === "1" || value === "true")
  .default(false);
