-- Decisions that passed ungoverned, under an adoption; found by the facet adoption=….

ALTER TABLE decision
    ADD COLUMN adoption text;                       -- the adoption's id
