-- Search by name, city, postcode or id: what is typed and what is stored are folded by the same function.
-- Schemas are named because a restore runs with an empty search path.

-- Lower case without accents; the punctuation met in names parts words. « St » and « Saint » are one word.
-- Nested replace() takes a sixth of the time of one translate(). The rules of unaccent come with the server:
-- they do not change under our feet.
CREATE FUNCTION fold_text(given text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
SELECT
replace(replace(replace(replace(
replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(replace(
    lower(public.unaccent('public.unaccent'::regdictionary, $1)),
    '-', ' '), '.', ' '), ',', ' '), '/', ' '), '(', ' '), ')', ' '), '''', ' '), '&', ' '), '+', ' '), '"', ' '),
    '_', ' '), ':', ' '),
    ' saint ', ' st '), ' sainte ', ' ste '), ' st ', ' st saint '), ' ste ', ' ste sainte ')
$$;

CREATE FUNCTION split_words(folded text) RETURNS text[]
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
SELECT array_remove(string_to_array($1, ' '), '')
$$;

-- What a person typed, word by word: folded, without doubles, eight at most, « st » for « saint ».
CREATE FUNCTION typed_words(typed text) RETURNS TABLE (word text, place bigint)
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
SELECT given.word, min(given.place)
FROM unnest(split_words(regexp_replace(fold_text(' ' || $1 || ' '), '[^a-z0-9]+', ' ', 'g')))
WITH ORDINALITY AS given (word, place)
WHERE given.word NOT IN ('saint', 'sainte')
GROUP BY given.word
ORDER BY min(given.place)
LIMIT 8
$$;

-- An identifier is found by its beginning: byte order lets the index do that.
ALTER TABLE installations ALTER COLUMN s3ic_id TYPE text COLLATE "C";

-- ` name city postcode `, folded, with a space at both ends so that ` word ` finds whole words.
ALTER TABLE installations ADD COLUMN search_text text COLLATE "C" NOT NULL GENERATED ALWAYS AS (
    fold_text(' ' || name || ' ' || coalesce(city, '') || ' ' || coalesce(code_postal, '') || ' ')
) STORED;

-- Words as lexemes, as they are (no stemming): GIN finds each by its beginning.
CREATE INDEX installations_search_idx ON installations
USING gin (array_to_tsvector(split_words(search_text)))
WHERE owner_id IS NULL AND withdrawn_at IS NULL;

-- In byte order, what begins with a text lies together, whole words before the beginnings of longer ones.
CREATE INDEX installations_search_start_idx ON installations (search_text)
WHERE owner_id IS NULL AND withdrawn_at IS NULL;

-- Every word of four letters or more ever published, to find those near a word typed with a mistake.
-- A word no longer used finds nothing and costs nothing.
CREATE TABLE search_words (word text COLLATE "C" PRIMARY KEY);
CREATE INDEX search_words_trigrams_idx ON search_words USING gin (word gin_trgm_ops);
GRANT SELECT ON search_words TO envinorma_etl, envinorma_web, envinorma_backoffice;

CREATE FUNCTION remember_search_words() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS $$
BEGIN
    INSERT INTO public.search_words (word)
    SELECT found.word
    FROM (
        SELECT DISTINCT parted.word COLLATE "C" AS word
        FROM changed
        CROSS JOIN LATERAL unnest(string_to_array(changed.search_text, ' ')) AS parted (word)
        WHERE changed.owner_id IS NULL AND length(parted.word) >= 4
    ) AS found
    WHERE found.word ~ '^[a-z]+$'
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END
$$;
CREATE TRIGGER remember_words_of_new_rows AFTER INSERT ON installations
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION remember_search_words();
CREATE TRIGGER remember_words_of_changed_rows AFTER UPDATE ON installations
REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION remember_search_words();

-- The words nearest to a typed one, nearest first; pg_trgm.similarity_threshold is a floor.
-- One mistake in a word of n letters (at worst two neighbours exchanged) leaves n - 3 of n + 5 trigrams;
-- some more is allowed for a second one.
CREATE FUNCTION similar_words(typed text, wanted integer) RETURNS TABLE (word text, closeness real)
LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
SELECT near.word, near.closeness
FROM (
    SELECT search_words.word, similarity(search_words.word, $1) AS closeness
    FROM search_words
    WHERE search_words.word % $1
) AS near
WHERE near.closeness >= 0.75 * (length($1) - 3) / (length($1) + 5)
ORDER BY near.closeness DESC, abs(length(near.word) - length($1)), near.word
LIMIT $2
$$;
