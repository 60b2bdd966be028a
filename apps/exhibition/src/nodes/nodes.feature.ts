import { defineFeature } from '@ciep/platform';
import { AssignResponsibilities } from './assign-responsibilities.use-case.js';
import { CreateNode } from './create-node.use-case.js';
import { DeleteNode } from './delete-node.use-case.js';
import { MoveNode } from './move-node.use-case.js';
import { Node } from './node.entity.js';
import { NodeQueries } from './node.queries.js';
import { NodeRepository } from './node.repository.js';
import { NodesController } from './nodes.controller.js';
import { OrganizerNodesController } from './organizer-nodes.controller.js';
import { UpdateNode } from './update-node.use-case.js';

export const nodes = defineFeature({
  controllers: [NodesController, OrganizerNodesController],
  providers: [AssignResponsibilities, CreateNode, DeleteNode, MoveNode, NodeQueries, NodeRepository, UpdateNode],
  entities: [Node],
});
