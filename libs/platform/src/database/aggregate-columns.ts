/** The columns of every aggregate's table, for its migration. After the first release, change them by a migration, not here. */
export const aggregateColumns = `id uuid PRIMARY KEY,
        version int NOT NULL CHECK (version > 0),
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now()`;
