// Puts the idempotency interceptor on every POST, and on nothing else: an interceptor costs each request that passes through it.
import { type INestApplication, RequestMethod, UseInterceptors } from "@nestjs/common";
import { METHOD_METADATA } from "@nestjs/common/constants.js";
import { MetadataScanner, ModulesContainer } from "@nestjs/core";
import { IdempotencyInterceptor } from "./idempotency.interceptor.js";

/** To be called before `app.init()`, which makes the routes. The application provides an {@link IdempotencyInterceptor}. */
export function honourIdempotencyKeys(app: INestApplication): void {
  const decorate = UseInterceptors(app.get(IdempotencyInterceptor, { strict: false }));
  const scanner = new MetadataScanner();
  const controllers = new Set(
    [...app.get(ModulesContainer).values()].flatMap((module) =>
      [...module.controllers.values()].flatMap(({ metatype }) => (metatype ? [metatype.prototype as object] : [])),
    ),
  );
  for (const prototype of controllers) {
    for (const name of scanner.getAllMethodNames(prototype)) {
      const descriptor = Object.getOwnPropertyDescriptor(prototype, name);
      if (descriptor && Reflect.getMetadata(METHOD_METADATA, descriptor.value) === RequestMethod.POST)
        decorate(prototype, name, descriptor);
    }
  }
}
