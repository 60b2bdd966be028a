import { ModulesContainer } from '@nestjs/core';
import type { Platform } from '../src/start-platform.js';

/** Finds a provider of a service by its class name, which only tests may do. Throws if there is none. */
export function providerNamed<Provider>({ running }: Platform, service: string, wanted: string): Provider {
  const modules = running.get(service)?.app.get(ModulesContainer) ?? [];
  for (const [, { providers }] of modules)
    for (const { name, instance } of providers.values()) if (name === wanted) return instance as Provider;
  throw new Error(`${service} has no ${wanted}`);
}
