"""Swedish."""

from llmcourse.riverbank.phrases import templates
from llmcourse.riverbank.tongues.tongue import Tongue

SWEDISH = Tongue(
    prose="""
På morgonen ligger dimman ofta över floden, och man hör båtarna innan man ser dem. Den som stiger
upp tidigt får det bästa brödet, för bageriet öppnar redan klockan sex. Sedan går barnen till
skolan, några till fots, andra med cykel. Ingen har bråttom, utom när det regnar. Staden är inte
stor. Den har en kyrka, en kvarn, två broar och ett torg där man kan köpa allt som behövs för en
vecka: äpplen, ost, ägg, tvål och tjocka strumpor. Förr fanns det också en teater, men taket läckte
och det saknades pengar för att laga det. Nu förvaras höet där. Många önskar att den skulle öppna
igen. När en människa är sjuk hjälper grannarna till. Det är ingen lag, men alla följer den. Man
kokar soppa, matar djuren och frågar om det finns något mer att göra. Också den som kommer utifrån
är välkommen, från vilket land det än må vara. Själv har jag bott på den här gatan i tolv år och
skulle inte vilja leva någon annanstans. Ibland tänker jag att vi arbetar för mycket och skrattar
för lite. På vintern fryser dammen till is. Då åker alla skridskor, till och med mormödrarna, som är
skickligare än vi eftersom de har övat längre. På kvällen sitter familjerna vid brasan, berättar
historier för varandra och skriver brev till dem som är långt borta. Livet är enkelt, men det har
sin värdighet, och var och en ska vara fri att säga vad han eller hon tror på.
""",
    sentences=templates("""
        {A} (bor|har bott) (i {n} år|med en gammal katt) på {S}.
        (Igår|I måndags|I morse) (sålde|köpte) {A} (tre kilo päron|en blå kittel|två lyktor) på
            torget.
        På grund av (översvämningen|en fest) (är|var) bron avstängd (till söndag|hela dagen).
        {A} och {B} (grälar|pratar) (återigen|sedan {n} dagar) om (staketet|hunden|trädgården).
        (Skolan|Biblioteket|Bageriet) (söker|behöver) genast (en lärarinna|någon som kan laga
            mat|nya fönster).
        Vem har sett (mitt paraply|den gula båten|mina {n} höns)?
        (Mjölnaren|Fiskaren|Trädgårdsmästaren) tror inte att {A} (har rätt|säger sanningen|kommer i
            morgon).
        Vår (borgmästare|granne) vill (inte fälla|äntligen beskära) träden (vid stranden|framför
            rådhuset).
        (Kanske|Förhoppningsvis) (hittar|lagar) {B} (hjulet|klockan|nyckeln) före middagen.
        Till efterrätt blev det (plommonkaka|honungsbröd) med (grädde|kanel), och ingen ville (gå
            hem|stiga upp).
        När solen gick ner (sjöng|dansade|sov) {A} (under eken|bredvid brunnen).
        Fritt inträde för (barn|gäster) under {n} år, annars (fem|sju) mynt.
        Vädret (blir|var) (dimmigt och svalt|stormigt|soligt), därför (går ingen färja|kommer tåget
            senare).
        {B} visade oss hur man (flätar en korg av vass|fångar fisk med händerna).
        Varje vår räknar vi änderna, och i år var de (bara|fler än) {n}.
        Sjuksköterskan sade att {A} måste (sova mer|hålla benet stilla).
    """),
)
