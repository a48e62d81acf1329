-- What a decision's story and the proof of enforcement ask for: which guardrails looked, what came before and after.

ALTER TABLE decision
    ADD COLUMN ran text[] NOT NULL DEFAULT '{}',    -- guardrails that looked at the call, in order
    ADD COLUMN session text,
    ADD COLUMN trace text,
    ADD COLUMN parent uuid,
    ADD COLUMN score text;                          -- decimal string, as recorded

CREATE INDEX decision_trace ON decision (trace, time) WHERE trace IS NOT NULL;
CREATE INDEX decision_session ON decision (session, time) WHERE session IS NOT NULL;
CREATE INDEX decision_subject ON decision (subject, time) WHERE subject IS NOT NULL;

-- Decisions counted by day and by all that groups are asked for, kept in the same transaction as their rows.
CREATE TABLE decision_group
(
    day date NOT NULL,          -- UTC
    key uuid NOT NULL,          -- from what follows: values that clients choose may be longer than an index takes
    system text,
    environment text,
    release text,
    model_requested text,
    model_served text,
    cohort text[] NOT NULL,
    outcome text NOT NULL,
    code text,
    ran text[] NOT NULL,
    drill boolean NOT NULL,
    folded boolean NOT NULL,    -- one of too many on its day: only system, environment, outcome and drill are kept
    count bigint NOT NULL,
    PRIMARY KEY (day, key)
) WITH (fillfactor = 70);       -- counts grow in place

-- An index made before these is read from the log again.
UPDATE index_progress SET last_hash = NULL WHERE name = 'decisions' AND next_leaf > 0;
