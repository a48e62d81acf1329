-- Changes of people that wait for signatures. Nothing here grants anything: a row counts only while the governance stream
-- says that this very document was asked for, each signature proves itself, and the fold judges the whole again.
CREATE TABLE waiting_change (
    change uuid PRIMARY KEY,
    document bytea NOT NULL,
    signatures text NOT NULL
);
