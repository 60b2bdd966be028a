import type { AreaType } from '@ciep/contracts';
import { Aggregate, newId, type LocalizedText } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';
import { AreasDoNotFitRegions, UnitNamedTwice, WrongParent } from './node.errors.js';
import { admittedAreas, mayStandBelow, unitNamedTwice, type NodeKind, type Responsibility } from './node.rules.js';

/** What the organizer decides about a node, apart from its place in the tree. */
export interface NodePlan {
  readonly code: string;
  readonly name: LocalizedText;
  readonly description: LocalizedText | null;
  readonly areaTypes: readonly AreaType[];
  readonly regionCodes: readonly string[];
}

/** A pavilion, zone or board of an edition. Booths stand on its leaves, and applications are made for a leaf (docs/rules.md#venue-tree). */
@Entity({ name: 'nodes' })
export class Node extends Aggregate {
  @PrimaryColumn('uuid', { name: 'id' }) readonly id!: string;
  @Column({ name: 'version', type: 'int' }) readonly version!: number;
  @Column({ name: 'edition_id', type: 'uuid' }) readonly editionId!: string;
  @Column({ name: 'parent_id', type: 'uuid', nullable: true }) parentId!: string | null;
  @Column({ name: 'kind', type: 'text' }) readonly kind!: NodeKind;
  @Column({ name: 'code', type: 'text' }) code!: string;
  @Column({ name: 'position', type: 'int' }) position!: number;
  @Column({ name: 'name', type: 'jsonb' }) name!: LocalizedText;
  @Column({ name: 'description', type: 'jsonb', nullable: true }) description!: LocalizedText | null;
  @Column({ name: 'area_types', type: 'text', array: true }) areaTypes!: readonly AreaType[];
  @Column({ name: 'region_codes', type: 'text', array: true }) regionCodes!: readonly string[];
  @Column({ name: 'responsibilities', type: 'jsonb' }) responsibilities!: readonly Responsibility[];

  /** A new node below its parent; `null` is the root of the edition. */
  static plan(
    place: { editionId: string; kind: NodeKind; parent: Readonly<Node> | null; position: number },
    plan: NodePlan,
    responsibilities: readonly Responsibility[],
  ): Node {
    const { editionId, kind, parent, position } = place;
    if (!mayStandBelow(kind, parent?.kind ?? null)) throw new WrongParent(kind, parent?.kind ?? null);
    const node = new Node();
    Object.assign(node, { id: newId(), version: 1, editionId, kind, parentId: parent?.id ?? null, position });
    node.replan(plan);
    node.assign(responsibilities);
    return node;
  }

  replan(plan: NodePlan): void {
    const admitted = admittedAreas(plan.regionCodes);
    const unfit = plan.areaTypes.filter(areaType => !admitted.includes(areaType));
    if (unfit.length > 0) throw new AreasDoNotFitRegions(admitted, unfit);
    Object.assign(this, plan);
  }

  moveBelow(parent: Readonly<Node> | null, position: number): void {
    if (!mayStandBelow(this.kind, parent?.kind ?? null)) throw new WrongParent(this.kind, parent?.kind ?? null);
    this.parentId = parent?.id ?? null;
    this.position = position;
  }

  assign(responsibilities: readonly Responsibility[]): void {
    const twice = unitNamedTwice(responsibilities);
    if (twice !== undefined) throw new UnitNamedTwice(twice);
    this.responsibilities = responsibilities;
  }
}
