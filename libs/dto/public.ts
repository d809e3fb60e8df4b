// Marks the few routes that need no sign-in; the guard of src/auth refuses everything else.
import { applyDecorators, SetMetadata } from "@nestjs/common";
import { ApiExtension } from "@nestjs/swagger";

/** Metadata key that the guard reads. */
export const IS_PUBLIC = "parley:public";

/** The same fact in the API's document. */
export const PUBLIC_EXTENSION = "x-public";

/** This route (or every route of this controller) may be called without credentials. The list of them is a reviewed snapshot. */
export const Public = () => applyDecorators(SetMetadata(IS_PUBLIC, true), ApiExtension(PUBLIC_EXTENSION, true));
