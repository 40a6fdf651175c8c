-- What a text asks for, as the dictionary reads it: the words in a row, and what of it an index can answer
-- (« T » or nothing where the text has only words to leave out, or none that are kept).
SELECT
    asked.query::text AS query,
    querytree(asked.query) AS indexed,
    phraseto_tsquery('public.french_unaccent', %(text)s)::text AS phrase
FROM (SELECT websearch_to_tsquery('public.french_unaccent', %(text)s) AS query) AS asked
