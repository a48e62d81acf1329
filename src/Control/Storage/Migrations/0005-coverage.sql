-- Proof of enforcement: what each guardrail did by minute, and every second in which one did not look.

CREATE TABLE guardrail_minute
(
    minute timestamptz NOT NULL,
    system text NOT NULL,
    environment text NOT NULL,
    release text NOT NULL,
    guardrail text NOT NULL,    -- direction and id, as output:pii; '' counts the calls
    state text NOT NULL,        -- looked, shadow, or mode and reason as skipped:fallback; '' where calls are counted
    count bigint NOT NULL,
    PRIMARY KEY (system, environment, minute, release, guardrail, state)
) WITH (fillfactor = 70);       -- counts grow in place

CREATE TABLE guardrail_gap
(
    second timestamptz NOT NULL,
    system text NOT NULL,
    environment text NOT NULL,
    release text NOT NULL,
    guardrail text NOT NULL,
    state text NOT NULL,
    count bigint NOT NULL,
    decision uuid NOT NULL,     -- one of them
    PRIMARY KEY (system, environment, second, release, guardrail, state)
);

-- What follows from a decision.
CREATE INDEX decision_parent ON decision (parent, time) WHERE parent IS NOT NULL;

-- An index made before these is read from the log again.
UPDATE index_progress SET last_hash = NULL WHERE name = 'decisions' AND next_leaf > 0;
