import { AggregateRepository, Database } from '@ciep/platform';
import { Injectable } from '@nestjs/common';
import { Node } from './node.entity.js';

@Injectable()
export class NodeRepository extends AggregateRepository<Node> {
  constructor(database: Database) {
    super(database, Node);
  }
}
