-- Decisions counted by hour, kept in the same transaction as their rows: a total over months reads hours, not rows.

CREATE TABLE decision_count
(
    hour timestamptz NOT NULL,
    system text NOT NULL,       -- '' where the call was bound to none
    environment text NOT NULL,  -- likewise
    outcome text NOT NULL,
    drill boolean NOT NULL,
    count bigint NOT NULL,
    PRIMARY KEY (hour, system, environment, outcome, drill)
);

-- An index made before this table is read from the log again.
UPDATE index_progress SET last_hash = NULL WHERE name = 'decisions' AND next_leaf > 0;
