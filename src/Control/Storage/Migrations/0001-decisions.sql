-- The index of decisions: a projection of the ledger, rebuilt from it at any time. Written by DecisionIndexer alone.

CREATE TABLE index_progress
(
    name text PRIMARY KEY,
    next_leaf bigint NOT NULL,  -- leaves below this are in the index
    last_hash bytea             -- hash of leaf next_leaf - 1: another log of the same length is noticed
);

CREATE TABLE decision
(
    leaf_index bigint NOT NULL,
    leaf_hash bytea NOT NULL,
    intent_leaf bigint,
    id uuid NOT NULL,
    time timestamptz NOT NULL,
    stream text NOT NULL,
    seq bigint NOT NULL,
    system text,
    environment text,
    release text,
    warrant text,
    outcome text NOT NULL,
    ended text,
    code text,
    route text,
    caller_key text,
    subject text,
    cohort text[] NOT NULL,
    data_class text,
    model_requested text,
    model_served text,
    status int,
    total_us bigint,
    upstream_us bigint,
    first_byte_us bigint,
    tokens_in bigint,
    tokens_out bigint,
    drill boolean NOT NULL,
    exceptions jsonb,
    facets text[] NOT NULL      -- what filters ask for by equality, as kind=value
) PARTITION BY RANGE (time);

CREATE INDEX decision_time ON decision (time DESC, leaf_index DESC);
CREATE INDEX decision_system_time ON decision (system, time DESC, leaf_index DESC) INCLUDE (outcome, drill);
CREATE INDEX decision_id ON decision (id);
CREATE INDEX decision_facets ON decision USING gin (facets);

-- Every facet value seen: the filters' choices, and the way from a part of a code to whole codes.
CREATE TABLE decision_facet
(
    facet text PRIMARY KEY
);

-- Intents whose outcome is not indexed yet; the row goes when the outcome comes.
CREATE TABLE decision_open
(
    id uuid PRIMARY KEY,
    leaf_index bigint NOT NULL,
    leaf_hash bytea NOT NULL,
    time timestamptz NOT NULL,
    stream text NOT NULL,
    seq bigint NOT NULL,
    system text,
    record bytea NOT NULL       -- the intent as recorded: the outcome's row takes from it what the outcome leaves out
);

CREATE TABLE refused_caller
(
    leaf_index bigint PRIMARY KEY,
    leaf_hash bytea NOT NULL,
    time timestamptz NOT NULL,
    source text NOT NULL,
    user_agent text,
    model text,
    count bigint NOT NULL,
    bytes bigint NOT NULL,
    first_seen timestamptz NOT NULL,
    last_seen timestamptz NOT NULL
);

CREATE INDEX refused_caller_time ON refused_caller (last_seen DESC);
