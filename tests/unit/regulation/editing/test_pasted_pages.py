"""What a clipboard holds, as the editor writes it."""

import pytest

from regulation.editing.pasted_pages import clipboard_text
from regulation.editing.text_format import text_to_sections
from regulation.reading import ReadingError

SHEET = (
    "<html><head><style>td { color: red }</style></head><body><!--StartFragment--><table>"
    "<colgroup><col></colgroup><tr><td>DCO</td><td x:num>300</td></tr>"
    "<tr><td rowspan=2>a|b<br>c</td><td></td></tr></table></body></html>"
)


@pytest.mark.parametrize(
    ("html", "plain", "text"),
    [
        ("", "rien de spécial", "rien de spécial"),
        ("<p>Un <b>mot</b></p>", "Un mot", "Un mot"),
        ("", "une\ttabulation", "une\ttabulation"),
        ("", "a\tb\nc", "a\tb\nc"),
        ("", "a\tb\r\nc\t\r\n", "| a | b |\n| c | |"),
        ("", 'a\t"b\nc ""d"""\ne\tf', '| a | b\\nc "d" |\n| e | f |'),
        (SHEET, "DCO\t300", "| DCO | 300 |\n| {2 lignes} a\\|b\\nc | |"),
        (
            '<h2>Titre</h2><p>Voir <a href="https://a.fr/x">le\n  code</a>, ici.<br>Suite</p>',
            "Titre",
            "Titre\nVoir [le code](https://a.fr/x), ici.\nSuite",
        ),
        (
            '<p>Un <a href="#note">1</a>, <a href="javascript:x()">deux</a> <a href="file:///c">trois</a></p>',
            "",
            "Un 1, deux trois",
        ),
        (
            "<p># pas un titre</p><ul><li>un<li>deux</ul><table><tr><th>A</th></tr></table><p>| fin",
            "",
            "\\# pas un titre\n- un\n- deux\n\n|= A |\n\n\\| fin",
        ),
        (
            "<table><tr><td>a</table><table><tr><td>b</table>",
            "",
            "| a |\n\n| b |",
        ),
    ],
)
def test_tables_and_links_are_kept(html: str, plain: str, text: str) -> None:
    assert clipboard_text(html, plain) == text


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<table><tr><td><table><tr><td>x</table></table>", "en contient un autre"),
        ("<p>x</p><table></table>", "aucune ligne"),
        ("<table><tr><td>x\0", "caractère nul"),
    ],
)
def test_what_cannot_be_converted_says_why(html: str, reason: str) -> None:
    with pytest.raises(ReadingError, match=reason):
        clipboard_text(html, "")


def test_what_was_pasted_can_be_read() -> None:
    pasted = clipboard_text(SHEET, "")
    table = text_to_sections(f"# A\n{pasted}\n").sections[0].alineas[0].table
    assert table is not None
    assert [[cell.text for cell in row.cells] for row in table.rows] == [["DCO", "300"], ["a|b\nc", ""]]
