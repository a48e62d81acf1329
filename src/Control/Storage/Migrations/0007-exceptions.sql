-- Decisions made under an exception; found by the facet exception=….

ALTER TABLE decision
    ADD COLUMN exception text;                      -- the exception's id
