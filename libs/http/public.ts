// Marks the few routes that need no sign-in; the guard of src/auth refuses everything else.
import { SetMetadata } from "@nestjs/common";

/** Metadata key that the guard reads. */
export const IS_PUBLIC = "parley:public";

/** This route (or every route of this controller) may be called without credentials. The list of them is a reviewed snapshot. */
export const Public = () => SetMetadata(IS_PUBLIC, true);
