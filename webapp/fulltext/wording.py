"""The choices of the page of full text, in words."""

from regulation.topics import Topic
from webapp.installations.wording import REGIMES as EVERY_REGIME

KINDS = {"am": "Arrêtés ministériels", "ap": "Arrêtés préfectoraux"}
TOPICS = {topic.value: topic.label for topic in Topic if topic is not Topic.AUCUN}
REGIMES = {code: EVERY_REGIME[code] for code in ("A", "E", "D")}
