-- Personal data alone: who a random person id is. Nothing here grants anything: each row counts only as far as it opens
-- the commitments that the governance stream holds.
CREATE TABLE person (
    person text PRIMARY KEY,
    mail text NOT NULL,
    mail_salt bytea NOT NULL,
    name text NOT NULL,
    name_salt bytea NOT NULL,
    added timestamptz NOT NULL
);

CREATE INDEX person_mail ON person (lower(mail));

-- PBKDF2 with SHA-512; the governance stream holds the digest of each row.
CREATE TABLE password (
    person text PRIMARY KEY REFERENCES person ON DELETE CASCADE,
    salt bytea NOT NULL,
    iterations integer NOT NULL,
    hash bytea NOT NULL
);
