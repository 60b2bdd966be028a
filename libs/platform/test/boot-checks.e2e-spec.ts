import {
  Can,
  Database,
  defineService,
  MigrationsPending,
  serve,
  Tx,
  UnsafeRoutes,
  Writes,
  createLog,
  ConfigurationError,
  setting,
  settings,
} from '@ciep/platform';
import { testDatabase, TestClock } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Body, Controller, Get, Post, type Type } from '@nestjs/common';
import { z } from 'zod';
import { Program } from './program.js';

@Controller('canary')
class WithoutPermission {
  @Get()
  read(): object {
    return {};
  }
}

@Controller('canary')
class WithoutTransaction {
  @Post()
  @Can('audit:read')
  write(): object {
    return {};
  }
}

@Controller('canary')
class TransactionNotHandedOn {
  @Post()
  @Can('audit:read')
  @Writes()
  write(): object {
    return {};
  }
}

@Controller('canary')
class BodyUnchecked {
  @Post()
  @Can('audit:read')
  @Writes()
  write(@Body() body: object, @Tx() _tx: Tx): object {
    return body;
  }
}

@Controller('canary')
class Fine {
  @Get()
  @Can('audit:read')
  read(): object {
    return {};
  }
}

const log = createLog('silent');
const clock = new TestClock(new Date());
const environment = { CIEP_PROFILE: 'development' };
let databaseUrl: string;

beforeAll(async () => {
  databaseUrl = (await testDatabase(defineService({ name: 'canary', features: [] }))).url;
});

function starting(controller: Type) {
  return serve(defineService({ name: 'canary', features: [{ controllers: [controller] }] }), { environment, log, clock, databaseUrl });
}

describe('a service does not start', () => {
  it.each([
    [WithoutPermission, 'WithoutPermission.read names no permission'],
    [WithoutTransaction, 'WithoutTransaction.write changes something outside a transaction'],
    [TransactionNotHandedOn, 'TransactionNotHandedOn.write opens a transaction and does not hand it on'],
    [BodyUnchecked, 'BodyUnchecked.write has a body that nothing checks'],
  ])('with the route of %p', async (controller, problem) => {
    const error = await starting(controller as Type).catch((refusal: unknown) => refusal);
    expect(error).toBeInstanceOf(UnsafeRoutes);
    expect((error as UnsafeRoutes).problems).toEqual([expect.stringContaining(problem)]);
  });

  it('while a migration is pending', async () => {
    class Later1800000000000 {
      up(): Promise<void> {
        return Promise.resolve();
      }

      down(): Promise<void> {
        return Promise.resolve();
      }
    }
    const service = defineService({ name: 'canary', features: [], migrations: [Later1800000000000] });
    await expect(serve(service, { environment, log, clock, databaseUrl })).rejects.toThrow(MigrationsPending);
  });

  it('with wrong settings, and names all of them without their values', async () => {
    class CanaryConfig extends settings({
      size: setting('CANARY_SIZE', z.coerce.number().int(), 'a number'),
      secret: setting('CANARY_SECRET', z.string().min(32), 'a secret'),
      missing: setting('CANARY_MISSING', z.string(), 'a word'),
    }) {}
    const service = defineService({ name: 'canary', features: [], config: CanaryConfig });
    const error = await serve(service, {
      environment: { ...environment, CANARY_SIZE: 'x', CANARY_SECRET: 'hush' },
      log,
      clock,
      databaseUrl,
    }).catch((refusal: unknown) => refusal);
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(String(error)).toMatch(/CANARY_SIZE[^]*CANARY_SECRET[^]*CANARY_MISSING/);
    expect(String(error)).not.toContain('hush');
  });
});

it.each(['constructor', '__proto__', 'toString'])('a service has no command %s', async name => {
  const program = new Program('conference', [name], {});
  expect([await program.end(), program.messages.at(-1)]).toEqual([
    1,
    expect.stringContaining(`there is no command ${name}: migrate, resend, empty-topics`),
  ]);
});

it('a service with valid routes starts', async () => {
  const running = await starting(Fine);
  expect(running.find(Database).service).toBe('canary');
  await running.close();
});
