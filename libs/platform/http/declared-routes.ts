import { Inject, type OnModuleInit } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { routeContractKey } from './route-decorator.js';

/** Nest's own mark of a method that answers a path. */
const pathKey = 'path';

/** T7: a process with a handler that does not declare who may call it does not start. */
export class DeclaredRoutes implements OnModuleInit {
  constructor(@Inject(ModulesContainer) private readonly modules: ModulesContainer) {}

  onModuleInit(): void {
    const undeclared: string[] = [];
    for (const module of this.modules.values()) {
      for (const { metatype } of module.controllers.values()) {
        if (typeof metatype === 'function') undeclared.push(...undeclaredIn(metatype));
      }
    }
    if (undeclared.length > 0) {
      throw new Error(`Routes without a contract: ${undeclared.join(', ')}. Declare each with @Route(...).`);
    }
  }
}

function undeclaredIn(controller: { readonly name: string; readonly prototype: unknown }): readonly string[] {
  const prototype = controller.prototype as Record<string, unknown>;
  return Object.getOwnPropertyNames(prototype).flatMap((name) => {
    const method = Object.getOwnPropertyDescriptor(prototype, name)?.value as unknown;
    if (typeof method !== 'function' || name === 'constructor') return [];
    const answers = Reflect.hasMetadata(pathKey, method);
    return answers && !Reflect.hasMetadata(routeContractKey, method) ? [`${controller.name}.${name}`] : [];
  });
}
