import { roles } from '@ciep/contracts';
import {
  Answers,
  Authenticated,
  Can,
  defineFeature,
  defineService,
  Id,
  Int,
  Internal,
  Public,
  Tx,
  Writes,
  type RouteAccess,
} from '@ciep/platform';
import { accessFaults, routeFaults, startService, type TestService } from '@ciep/testing';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Post } from '@nestjs/common';

class BellDto {
  @Int({})
  rings!: number;
}

/** One route of each kind of access. */
@Controller('doors')
class DoorsController {
  @Get('open')
  @Public()
  @Answers(BellDto)
  open(): BellDto {
    return { rings: 0 };
  }

  @Get('mine')
  @Authenticated()
  @Answers(BellDto)
  mine(): BellDto {
    return { rings: 1 };
  }

  @Post(':id/ring')
  @Can('audit:read')
  @Writes()
  @Answers(BellDto)
  ring(@Id() _id: string, @Tx() _tx: Tx): BellDto {
    return { rings: 2 };
  }
}

@Internal()
@Controller('internal/doors')
class InternalDoorsController {
  @Get()
  @Answers(BellDto)
  list(): BellDto {
    return { rings: 3 };
  }
}

const house = defineService({
  name: 'house',
  features: [defineFeature({ controllers: [DoorsController, InternalDoorsController] })],
  migrations: [],
});

let service: TestService;
beforeAll(async () => {
  service = await startService(house);
});

const rowOf = (route: string): RouteAccess => {
  const row = service.running.access.find(one => one.route === route);
  if (!row) throw new Error(`the house has no ${route}`);
  return row;
};

describe('the access of a service', () => {
  it('is read from its decorators', () => {
    expect(service.running.access.filter(({ route }) => route.includes('doors'))).toEqual([
      { route: 'GET /internal/doors', permission: 'internal', scope: 'internal:read', roles: ['service'] },
      { route: 'GET /v1/house/doors/mine', permission: 'signed in', scope: 'house:read', roles },
      { route: 'GET /v1/house/doors/open', permission: 'public', scope: undefined, roles },
      { route: 'POST /v1/house/doors/{id}/ring', permission: 'audit:read', scope: 'house:write', roles: ['platform_admin', 'auditor'] },
    ]);
    expect(routeFaults(service.running.routes, service.running.access)).toEqual([]);
  });

  it('is what callers meet', async () => {
    for (const row of service.running.access) expect(await accessFaults(service, row)).toEqual([]);
  });
});

describe('negative control: a table that says something else', () => {
  const route = 'POST /v1/house/doors/{id}/ring';
  const open = 'GET /v1/house/doors/open';

  it('lets a role in that should stay out', async () => {
    expect(await accessFaults(service, { ...rowOf(route), roles: ['platform_admin'] })).toEqual([
      `${route}: auditor: in, not 403 permission.missing`,
    ]);
  });

  it('keeps a role out that should be let in', async () => {
    const row = rowOf(route);
    expect(await accessFaults(service, { ...row, roles: [...row.roles, 'individual'] })).toEqual([
      `${route}: individual: 403 permission.missing, not in`,
    ]);
  });

  it('wants a token where none should be needed, and none where one should', async () => {
    const [asPublic] = await accessFaults(service, { ...rowOf(route), permission: 'public', scope: undefined, roles });
    expect(asPublic).toBe(`${route}: nobody: 401 token.missing, not in`);
    expect(await accessFaults(service, { ...rowOf(open), permission: 'signed in', scope: 'house:read' })).toEqual([
      `${open}: nobody: in, not 401 token.missing`,
      `${open}: a bad token: in, not 401 token.invalid`,
      `${open}: every scope but house:read: in, not 403 scope.missing`,
    ]);
  });

  it('keeps people out of an internal route, or lets them in', async () => {
    const internal = 'GET /internal/doors';
    expect(await accessFaults(service, { ...rowOf(internal), roles: ['service', 'platform_admin'] })).toEqual([
      `${internal}: platform_admin: 403 scope.missing, not in`,
    ]);
  });

  it('asks for another scope', async () => {
    expect(await accessFaults(service, { ...rowOf(route), scope: 'house:read' })).toEqual([
      `${route}: no scope but house:read: 403 scope.missing, not in`,
    ]);
  });

  it('leaves a route out, or has one too many', () => {
    const [first, ...rest] = service.running.access;
    const gone = { ...rowOf(route), route: 'GET /v1/house/gone' };
    expect(routeFaults(service.running.routes, [...rest, gone])).toEqual([
      `${first?.route} is served and not in docs/access.md`,
      'GET /v1/house/gone is in docs/access.md and not served',
    ]);
  });
});
