import { Int, Uuid } from '@ciep/platform';

export class CloneVenueDto {
  @Uuid({ description: 'the edition whose venue is copied' })
  sourceEditionId!: string;
}

export class ClonedVenueDto {
  @Int({ description: 'copied nodes' })
  nodes!: number;

  @Int({ description: 'copied booths' })
  booths!: number;
}
