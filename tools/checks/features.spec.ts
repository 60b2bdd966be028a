import { describe, expect, it } from '@jest/globals';
import { featureFaults } from './features.js';
import { committableFiles } from './tree.js';

const file = (path: string, text: string) => ({ path: `apps/alpha/src/papers/${path}`, text: () => text });
const feature = file(
  'papers.feature.ts',
  `export const papers = defineFeature({
    controllers: [PapersController],
    providers: [PaperRepository, { provide: Printer, inject: [Settings], useFactory: () => new Press() }, PrintWhenAccepted],
  });`,
);
const printing = file('print-when-accepted.reaction.ts', '@Controller()\nexport class PrintWhenAccepted {}');

describe('the feature file of a folder', () => {
  it('names every class that Nest or TypeORM needs', () => {
    expect(featureFaults(committableFiles())).toEqual([]);
  });

  it('canary: a class that is missing or in the wrong group is found', () => {
    const right = [
      file('papers.controller.ts', "@Controller('papers')\n@ApiTags('papers')\nexport class PapersController {}"),
      file('paper.repository.ts', '@Injectable()\nexport class PaperRepository extends AggregateRepository<Paper> {}'),
      file('paper.spec.ts', '@Injectable()\nexport class Stand {}'),
      file('printer.service.ts', 'export abstract class Printer {}'),
    ];
    const forgotten = [
      file('accept-paper.use-case.ts', '@Injectable()\nexport class AcceptPaper {}'),
      file('paper.entity.ts', "@Entity('papers')\nexport class Paper extends Aggregate {}"),
    ];
    expect(featureFaults([feature, ...right, ...forgotten, printing])).toEqual([
      'apps/alpha/src/papers/accept-paper.use-case.ts: AcceptPaper is not among the providers of apps/alpha/src/papers/papers.feature.ts',
      'apps/alpha/src/papers/paper.entity.ts: Paper is not among the entities of apps/alpha/src/papers/papers.feature.ts',
      'apps/alpha/src/papers/print-when-accepted.reaction.ts: PrintWhenAccepted is not among the reactions of apps/alpha/src/papers/papers.feature.ts',
    ]);
    expect(featureFaults([...right, ...forgotten])).toHaveLength(4);
  });
});
