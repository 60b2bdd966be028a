/** The columns of every outbound table, for its migration. The table also needs an index on `due_at, id` of its `waiting` rows. */
export const outboundColumns = (sent: string): string => `id uuid PRIMARY KEY,
        version int NOT NULL DEFAULT 1 CHECK (version > 0),
        created_at timestamptz NOT NULL DEFAULT now(),
        updated_at timestamptz NOT NULL DEFAULT now(),
        status text NOT NULL DEFAULT 'waiting' CHECK (status IN ('waiting', '${sent}', 'failed')),
        due_at timestamptz NOT NULL,
        attempts int NOT NULL DEFAULT 0 CHECK (attempts >= 0),
        ${sent}_at timestamptz CHECK ((${sent}_at IS NOT NULL) = (status = '${sent}')),
        traceparent text,
        lease uuid,
        leased_until timestamptz CHECK ((lease IS NULL) = (leased_until IS NULL))`;
