import { Aggregate, newId } from '@ciep/kernel';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What the organizer notes about an application; the applicant never sees it. */
@Entity({ name: 'application_notes' })
export class ApplicationNote extends Aggregate {
  @PrimaryColumn('uuid', { name: 'id' }) readonly id!: string;
  @Column({ name: 'version', type: 'int' }) readonly version!: number;
  @Column({ name: 'application_id', type: 'uuid' }) readonly applicationId!: string;
  @Column({ name: 'author_id', type: 'text' }) readonly authorId!: string;
  @Column({ name: 'text', type: 'text' }) readonly text!: string;
  @Column({ name: 'written_at', type: 'timestamptz' }) readonly writtenAt!: Date;

  static write(applicationId: string, authorId: string, text: string, now: Date): ApplicationNote {
    return Object.assign(new ApplicationNote(), { id: newId(), version: 1, applicationId, authorId, text, writtenAt: now });
  }
}
