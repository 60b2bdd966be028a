import { join } from 'node:path';
import { generateFiles, type Tree } from '@nx/devkit';
import { beforeLast, edit, replaced, withImport, withItem } from './edit.js';
import { NotPossible, participleOf, spellingsOf } from './names.js';

/** A use case to be generated. */
export interface NewUseCase {
  /** Verb and noun in kebab-case: `close-session`. */
  readonly name: string;
  readonly service: string;
  /** The folder of the aggregate. */
  readonly feature: string;
  /** The resulting status, if it is not the participle of the verb. */
  readonly status?: string | undefined;
}

/** Generates one verb of an aggregate: a use case, the method of the entity, the route, and a case in each of the two specs. */
export function makeUseCase(tree: Tree, { name, service, feature, status }: NewUseCase): void {
  const [verb = '', ...rest] = name.split('-');
  if (rest.length === 0)
    throw new NotPossible(`"${name}": a use case is called by a verb and the noun of its aggregate, such as close-session`);
  const [one, many, doing] = [spellingsOf(rest.join('-')), spellingsOf(feature), spellingsOf(verb)];
  const folder = `apps/${service}/src/${feature}`;
  const entity = `${folder}/${one.kebab}.entity.ts`;
  if (!tree.exists(entity)) throw new NotPossible(`there is no ${entity}`);
  if (tree.exists(`${folder}/${name}.use-case.ts`)) throw new NotPossible(`there is ${folder}/${name}.use-case.ts already`);
  const done = (status ?? participleOf(verb)).replaceAll('-', '_');
  const words = {
    service,
    noun: one.kebab,
    Noun: one.pascal,
    noun$: one.camel,
    plural$: many.camel,
    verb,
    Verb: doing.pascal,
    verb$: doing.camel,
  };
  const UseCase = `${doing.pascal}${one.pascal}`;
  const useCase = `${doing.camel}${one.pascal}`;

  generateFiles(tree, join(import.meta.dirname, 'files/use-case'), folder, words);
  edit(
    tree,
    entity,
    withItem(`${one.camel}Statuses`, `'${done}'`, { isLast: true }),
    beforeLast(
      '}',
      `\n  /** Has no effect on one that is ${done.replaceAll('_', ' ')} already. */\n  ${doing.camel}(): void {\n    this.status = '${done}';\n  }`,
    ),
  );
  edit(tree, `${folder}/${feature}.feature.ts`, withImport(UseCase, `./${name}.use-case.js`), withItem('providers', UseCase));
  edit(
    tree,
    `${folder}/${feature}.controller.ts`,
    withImport(UseCase, `./${name}.use-case.js`),
    replaced(/^ {2}\) \{\}/m, `    private readonly ${useCase}: ${UseCase},\n$&`),
    beforeLast(
      '}',
      `
  @ApiOperation({ operationId: '${useCase}', summary: '${doing.pascal} one ${one.words} 办理一条' })
  @Post(':id/${verb}')
  @Can('${one.snake}:write')
  @Writes()
  @Answers(${one.pascal}Dto)
  async ${doing.camel}(@Id() id: string, @IfMatch() version: number, @Tx() tx: Tx): Promise<${one.pascal}Dto> {
    await this.${useCase}.execute({ id, version }, tx);
    return this.${many.camel}.get(id, tx);
  }`,
    ),
  );
  edit(
    tree,
    `${folder}/${one.kebab}.spec.ts`,
    replaced(
      /^}\);/m,
      `
  it('is ${done.replaceAll('_', ' ')} after the transition', () => {
    const ${one.camel} = ${one.pascal}.create(details);
    ${one.camel}.${doing.camel}();
    expect(${one.camel}.status).toBe('${done}');
  });
$&`,
    ),
  );
  edit(
    tree,
    `apps/${service}/test/${feature}.e2e-spec.ts`,
    beforeLast(
      '});',
      `
  it('are ${done.replaceAll('_', ' ')} with the current version', async () => {
    const { id } = (await make({ code: '${verb}' })).body as { id: string };
    const ${doing.camel} = (ifMatch?: number) => organizer.post(\`\${${many.camel}}/\${id}/${verb}\`, undefined, ifMatch === undefined ? {} : { ifMatch });
    expect(await ${doing.camel}(1)).toMatchObject({ status: 200, body: { status: '${done}', version: 2 } });
    expect((await ${doing.camel}(1)).status).toBe(412);
    expect((await ${doing.camel}()).status).toBe(428);
  });`,
    ),
  );
}
