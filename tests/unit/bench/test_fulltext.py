"""The questions of the benchmark of full text: seeded, in their proportions, of words that are there."""

from collections import Counter

from bench.french_pages import french_pages, source_words
from bench.fulltext import QUESTIONS, make_questions, vocabulary_of


def test_questions_are_seeded_and_in_their_proportions() -> None:
    vocabulary = vocabulary_of(source_words(None))
    questions = make_questions(vocabulary)

    assert questions == make_questions(vocabulary)
    assert len(questions) == QUESTIONS
    assert sum("departement" in question for question in questions) == QUESTIONS // 20
    assert sum(question["q"].startswith('"') for question in questions) == QUESTIONS // 10
    assert all(question["q"].strip(' "') for question in questions)


def test_pages_have_the_words_of_their_source_as_often() -> None:
    words = source_words(None)
    pages = list(french_pages(words, 40, seed=1))
    source, made = Counter(words), Counter(word for page in pages for word in page.split())

    assert pages == list(french_pages(words, 40, seed=1))
    assert all(250 <= len(page.split()) <= 580 for page in pages)
    for word, _ in source.most_common(5):
        assert 0.7 < made[word] / made.total() / (source[word] / source.total()) < 1.4
