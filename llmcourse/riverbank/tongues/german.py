"""German."""

from llmcourse.riverbank.phrases import templates
from llmcourse.riverbank.tongues.tongue import Tongue

GERMAN = Tongue(
    prose="""
Am Morgen liegt oft Nebel über dem Fluss, und man hört die Boote, bevor man sie sieht. Wer früh
aufsteht, bekommt das beste Brot, denn der Bäcker öffnet schon um sechs. Danach gehen die Kinder zur
Schule, die einen zu Fuß, die anderen mit dem Fahrrad. Niemand hat es eilig, außer wenn es regnet.
Die Stadt ist nicht groß. Sie hat eine Kirche, eine Mühle, zwei Brücken und einen Markt, auf dem man
alles kaufen kann, was man für eine Woche braucht: Äpfel, Käse, Eier, Seife und warme Strümpfe.
Früher gab es auch ein Theater, doch das Dach war undicht, und es fehlte das Geld, um es zu
reparieren. Jetzt wird dort Heu gelagert. Viele wünschen sich, dass es wieder öffnet. Wenn ein
Mensch krank ist, helfen ihm seine Nachbarn. Das ist kein Gesetz, aber jeder hält sich daran. Man
kocht eine Suppe, füttert die Tiere und fragt, ob noch etwas zu tun ist. Auch wer neu hierher kommt,
wird freundlich begrüßt. Ich selbst wohne seit zwölf Jahren in dieser Straße und würde nirgendwo
lieber leben. Manchmal denke ich, dass wir zu viel arbeiten und zu wenig lachen. Im Winter friert
der Teich zu. Dann laufen alle auf dem Eis, sogar die Großmütter. Sie können es besser als wir, weil
sie länger geübt haben. Abends sitzen die Familien am Ofen, erzählen sich Geschichten und schreiben
Briefe an Verwandte, die weit weg sind. Das Leben ist einfach, doch es hat seine Würde, und jeder
soll frei sagen dürfen, was er glaubt.
""",
    sentences=templates("""
        {A} (wohnt|lebt) (seit {n} Jahren|mit einer alten Katze) in der {S}.
        (Gestern|Heute|Am Montag) (verkaufte|kaufte) {A} (drei Pfund Birnen|einen blauen Kessel|zwei
            Laternen) auf dem Markt.
        (Wegen des Hochwassers|Wegen eines Festes) (bleibt|war) die Brücke (bis Sonntag|den ganzen
            Tag) gesperrt.
        {A} und {B} (streiten|reden) (schon wieder|seit {n} Tagen) über den (Zaun|Hund|Garten).
        Die (Schule|Bücherei|Bäckerei) (sucht|braucht) dringend (eine Lehrerin|jemanden, der kochen
            kann|neue Fenster).
        Wer hat (meinen Schirm|das gelbe Boot|{n} Hühner) gesehen?
        Der (Müller|Fischer|Gärtner) glaubt nicht, dass {A} (recht hat|die Wahrheit sagt|morgen
            kommt).
        Unser (Bürgermeister|Nachbar) (möchte|will) die Bäume (am Ufer|vor dem Rathaus) (nicht
            fällen lassen|endlich schneiden).
        (Vielleicht|Hoffentlich|Bestimmt) (findet|repariert) {B} (das Rad|die Uhr|den Schlüssel)
            noch vor dem Abendessen.
        Zum Nachtisch gab es (Pflaumenkuchen|Honigbrot|Kirschtorte) mit (Sahne|Zimt), und niemand
            wollte (nach Hause gehen|aufstehen).
        Als die Sonne unterging, (sang|tanzte|schlief) {A} (unter der Eiche|neben dem Brunnen).
        Eintritt frei für (Kinder|Gäste) unter {n} Jahren, sonst (fünf|sieben) Münzen.
        Das Wetter (wird|war) (neblig und kühl|stürmisch|sonnig), deshalb fährt (keine Fähre|der Zug
            später).
        {B} zeigte uns, wie man (aus Schilf einen Korb flicht|mit bloßen Händen Fische fängt).
        Jedes Frühjahr zählen wir die Enten, und in diesem Jahr waren es (nur|über) {n}.
        Die Krankenschwester sagte, {A} müsse (mehr schlafen|das Bein ruhig halten).
    """),
)
