import { DomainError } from '@ciep/kernel';

/** A venue can be cloned only into an edition without one. */
export class VenueNotEmpty extends DomainError {
  constructor(editionId: string) {
    super(
      'conflict',
      'venue.not_empty',
      { zh: '目标届次已有展区，不能复制。', en: 'The edition already has a venue; nothing is cloned into it.' },
      { editionId },
    );
  }
}

/** The source has no venue. */
export class SourceVenueEmpty extends DomainError {
  constructor(editionId: string) {
    super('conflict', 'venue.source_empty', { zh: '来源届次没有展区。', en: 'The edition to be cloned has no venue.' }, { editionId });
  }
}
